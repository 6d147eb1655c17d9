using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>S6: members at the same (lineage, index, feature level) hold byte-identical state.</summary>
internal sealed class SameStateChecker(CheckRules rules) : IChecker
{
    private readonly Dictionary<(string, long, long, int, string),
        (NodeId Node, string Digest, Func<string> Text)> _states = [];

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
        if (happened is not WorldEvent.StateSeen seen)
            return;
        (string, long, long, int, string) key =
            (seen.Cluster, seen.Lineage, seen.Index, seen.Level, rules.HalvesCanBeQuorate ? seen.View : "");
        if (!_states.TryGetValue(key, out (NodeId Node, string Digest, Func<string> Text) first))
            _states[key] = (seen.Node, seen.Digest, seen.Text);
        else if (first.Digest != seen.Digest)
            accuse(new Violation("S6", atMs,
                $"{seen.Node} and {first.Node} differ at index {seen.Index}: {Difference(first.Text(), seen.Text())}"));
    }

    private static string Difference(string a, string b)
    {
        int at = 0;
        while (at < Math.Min(a.Length, b.Length) && a[at] == b[at])
            at++;
        int from = Math.Max(0, at - 80);
        return $"...{a[from..Math.Min(a.Length, at + 60)]} /// ...{b[from..Math.Min(b.Length, at + 60)]}";
    }
}

/// <summary>Code that throws, whatever it promised.</summary>
internal sealed class DefectChecker : IChecker
{
    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
        if (happened is WorldEvent.Defect defect)
        {
            string where = defect.Thrown.StackTrace?.Split('\n').FirstOrDefault(
                l => l.Contains("Truce", StringComparison.Ordinal))?.Trim() ?? "";
            accuse(new Violation("defect", atMs,
                $"{defect.Role} of {defect.Node}: {defect.Thrown.GetType().Name}: {defect.Thrown.Message} ({where})"));
        }
    }
}
