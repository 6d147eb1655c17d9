using System.Collections.Immutable;
using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// S5: an acknowledged change of the configuration survives any crash, while one of the nodes on whose disk
/// it was when it was acknowledged keeps its disk.
/// </summary>
internal sealed class ConfigurationChecker(CheckRules rules) : IChecker
{
    private readonly SortedDictionary<int, ImmutableHashSet<NodeId>> _keepers = [];

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
#pragma warning disable TRUCE001 // A checker looks at few of all events.
        switch (happened)
#pragma warning restore TRUCE001
        {
            case WorldEvent.ChangeAcknowledged change:
                _keepers[change.Mark] = [.. change.Keepers];
                if (change.Keepers.IsEmpty)
                    accuse(new Violation(
                        "S5", atMs, $"change {change.Mark} was acknowledged, and is on no disk"));
                break;
            case WorldEvent.DiskReplaced replaced:
                foreach (int mark in _keepers.Keys.ToList())
                    _keepers[mark] = _keepers[mark].Remove(replaced.Node);
                break;
            case WorldEvent.ConfigurationSeen seen when !rules.HalvesCanBeQuorate:
                foreach (int mark in _keepers.Where(
                    k => !k.Value.IsEmpty && !seen.Marks.Contains(k.Key)).Select(k => k.Key))
                {
                    accuse(new Violation("S5", atMs,
                        $"change {mark} was acknowledged, and the configuration that {seen.By} serves hasn't it"));
                }

                break;
        }
    }
}
