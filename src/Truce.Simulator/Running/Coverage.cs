using System.Collections.Immutable;
using System.Globalization;
using Truce.Simulator.Scenarios;

namespace Truce.Simulator;

/// <summary>Which kinds of fault met which states of the control machines.</summary>
internal static class Coverage
{
    /// <summary>The states that are to be met, by machine.</summary>
    public static ImmutableArray<(string Machine, ImmutableArray<Moment> States)> Machines { get; } =
        [("coordinator", Moments.Coordinator), ("joining", Moments.Joining), ("fencing", Moments.Fencing)];

    /// <summary>Pairs that were never met.</summary>
    public static ImmutableArray<string> Gaps(Totals totals) =>
    [
        .. from kind in ScenarioDraw.Kinds
           from state in Machines.SelectMany(m => m.States)
           let pair = $"{kind}/{state}"
           where !totals.Met.ContainsKey(pair)
           select pair,
    ];

    /// <summary>How many pairs there are.</summary>
    public static int Pairs => ScenarioDraw.Kinds.Length * Machines.Sum(m => m.States.Length);

    /// <summary>A table: a fault a line, a state a column.</summary>
    public static IEnumerable<string> Table(Totals totals)
    {
        foreach ((string machine, ImmutableArray<Moment> states) in Machines)
        {
            yield return $"{machine,-18}" + string.Concat(states.Select(s => $" {Short(s),11}"));
            foreach (FaultKind kind in ScenarioDraw.Kinds)
            {
                yield return $"{kind,-18}" + string.Concat(states.Select(s => string.Create(
                    CultureInfo.InvariantCulture, $" {totals.Met.GetValueOrDefault($"{kind}/{s}"),11}")));
            }

            yield return "";
        }
    }

    private static string Short(Moment moment)
    {
        string name = moment.ToString();
        foreach (string prefix in new[] { "Coordinator", "Fencing", "Join" })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name != "Joined")
                return name[prefix.Length..];
        }

        return name;
    }
}
