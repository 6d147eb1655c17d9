using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.Verify.Components;

/// <summary>A node's reset chosen for each component, by an option of the cluster: its first death resets the
/// node, and everything is whole again.</summary>
internal static class PoliciesRow
{
    private static readonly TimeSpan s_reset = TimeSpan.FromSeconds(30);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "policies",
        "panic chosen for each component by an option of the cluster: its death resets the node, nothing "
            + "runs twice, everything is whole again",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/corosync"))
            return RowResult.Skip("needs root and corosync");
        List<string> said = [];
        // A node that has reset itself twice within ten minutes stays out: each node once in a lab.
        string[][] labs = [["executor", "controller", "fencer"], ["api", "groups"]];
        foreach (string[] components in labs)
        {
            MatrixLab lab = await MatrixLab.UpAsync("policies").ConfigureAwait(false);
            await using (lab.ConfigureAwait(false))
            {
                for (int i = 0; i < components.Length; i++)
                    said.Add(await OfAsync(lab, components[i], MatrixLab.Nodes[i]).ConfigureAwait(false));
            }
        }

        string[] wrong = [.. said.Where(s => s.Contains(": ", StringComparison.Ordinal))];
        return RowResult.If(
            wrong.Length == 0, wrong.Length == 0 ? string.Join(", ", said) : string.Join("; ", wrong));
    }

    private static async Task<string> OfAsync(MatrixLab lab, string component, string node)
    {
        try
        {
            await lab.UntilAsync("whole", MatrixLab.IsWhole, MatrixLab.WholeMax).ConfigureAwait(false);
            Ended set = await lab.InsistAsync("option", "set", $"truce-{component}-loss=panic")
                .ConfigureAwait(false);
            if (set.Code != 0)
                return $"{component}: {set.LastLine}";
            long blow = MatrixLab.Now;
            await lab.HitAsync(new MatrixCell(Moment.Idle, Blow.Kill, component), node).ConfigureAwait(false);
            WorldEvent off = await lab.SeenAsync(
                $"reset of {node}", blow, e => e.Node == node && e.What == "power-off", s_reset)
                .ConfigureAwait(false);
            string words = lab.Events(blow).First(e => e.Node == node && e.At == off.Nanoseconds).Words;
            await lab.UntilAsync("whole again", MatrixLab.IsWhole, MatrixLab.WholeMax).ConfigureAwait(false);
            return ActivityChecker.Check(lab.Record(0)) is [var twice, ..] ? $"{component}: {twice}"
                : words.Contains("cause=self-reset", StringComparison.Ordinal)
                    ? FormattableString.Invariant($"{component} after {(off.Nanoseconds - blow) / 1e9:0.0} s")
                    : $"{component}: {words}";
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return $"{component}: {e.Message}";
        }
    }
}
