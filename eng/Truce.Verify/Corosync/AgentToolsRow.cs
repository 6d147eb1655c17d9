using System.Globalization;

namespace Truce.Verify.Corosync;

/// <summary>The tools that agents call: every call right, over a simulated cluster; and how long they take,
/// on a node of a lab.</summary>
internal static class AgentToolsRow
{
    private const double MedianMaxMs = 10;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    // Each call as agents make it; what changes something changes it every time.
    private const string Script = """
        export LC_ALL=C PATH=/run/truce/agent-tools:$PATH TRUCE_SOCKET=/run/truce/api.sock OCF_RESOURCE_INSTANCE=db
        t() { a=$EPOCHREALTIME; "$@" >/dev/null 2>&1; c=$?; b=$EPOCHREALTIME; echo "$(( ${b/./} - ${a/./} )) $c $1"; }
        for i in $(seq 25); do
          t crm_node -n; t crm_node -p; t crm_attribute -l reboot -n x -G -q -d 0; t attrd_updater -n x -U $i; t attrd_updater -n x -Q
          t crm_master -l reboot -v $i; t crm_attribute --promotion -G -q; t crm_failcount -r db -G -q; t crm_standby -G -q
          t crm_resource -W -r power; t crm_mon -1 --as-xml; t cibadmin -Q --xpath //nvpair; t stonith_admin -H '*' --output-as xml
        done
        """;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "agents-tools",
            $"every call that the listed agents make is answered right; within {MedianMaxMs} ms at the median", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        Outcome outcome =
            (await new Suite("Truce.Runtime.Tests").RunAsync(["-class", "*AgentToolTests"])
                .ConfigureAwait(false)).Outcome;
        if (outcome.Failures.Count > 0)
            return RowResult.If(
                false, $"{outcome}; first: {outcome.Failures[0].Name}: {outcome.Failures[0].Text.Split('\n')[0]}");
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip(
                $"{outcome.Passed} tests passed; times are taken on hosts of their own, which takes root");
        Dictionary<string, string> environment =
            new() { ["TRUCE_LAB_DIR"] = $"/var/tmp/truce-tools-{Environment.ProcessId}" };
        try
        {
            Ended up = await TruceAsync(environment, "lab", "up", "--nodes", "3").ConfigureAwait(false);
            if (up.Code != 0)
                return RowResult.If(false, $"lab up: exit {up.Code}: {up.LastLine}");
            Ended calls = await TruceAsync(
                environment, "lab", "exec", "n2", "--", "bash", "-c", Script).ConfigureAwait(false);
            return Judge(outcome.Passed, calls.Output);
        }
        finally
        {
            await TruceAsync(environment, "lab", "down").ConfigureAwait(false);
        }
    }

    private static RowResult Judge(int passed, string output)
    {
        (double Ms, string Code, string Tool)[] calls =
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
                .Where(w => w.Length == 3 && double.TryParse(w[0], CultureInfo.InvariantCulture, out _))
                .Select(w => (double.Parse(w[0], CultureInfo.InvariantCulture) / 1000, w[1], w[2])),
        ];
        if (calls.Length == 0)
            return RowResult.If(false, $"{passed} tests passed; no call was timed: {output.Split('\n')[0]}");
        string[] wrong =
            [.. calls.Where(c => c.Code != "0").Select(c => $"{c.Tool} ended with {c.Code}").Distinct()];
        (string Tool, double Ms)[] medians =
        [
            .. calls.GroupBy(c => c.Tool).Select(
                g => (g.Key, Median([.. g.Select(c => c.Ms)]))).OrderByDescending(m => m.Item2),
        ];
        double all = Median([.. calls.Select(c => c.Ms)]);
        string figure = string.Create(
            CultureInfo.InvariantCulture,
            $"{passed} tests passed; {calls.Length} calls, median {all:F1} ms, slowest tool {medians[0].Tool} {medians[0].Ms:F1} ms");
        return RowResult.If(
            wrong.Length == 0 && all <= MedianMaxMs,
                wrong.Length == 0 ? figure : $"{figure}; {string.Join(", ", wrong)}");
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static Task<Ended> TruceAsync(
        Dictionary<string, string> environment, params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit, environment, "/");
}
