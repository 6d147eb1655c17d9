using System.Globalization;
using Truce.Simulator.Scenarios;

namespace Truce.Simulator;

/// <summary>What many runs came to, added up.</summary>
internal sealed class Totals
{
    public long Seeds { get; set; }

    public long Violations { get; set; }

    public long VirtualMs { get; set; }

    public long Fencings { get; set; }

    public long Failovers { get; set; }

    /// <summary>Runs with three nodes or more.</summary>
    public long OfThreeOrMore { get; set; }

    /// <summary>The shortest run.</summary>
    public long LeastMs { get; set; } = long.MaxValue;

    /// <summary>The fewest faults in a run.</summary>
    public long FewestFaults { get; set; } = long.MaxValue;

    public SortedDictionary<string, long> Faults { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Fault kind and state, joined by '/'.</summary>
    public SortedDictionary<string, long> Met { get; set; } = new(StringComparer.Ordinal);

    public long FaultCount => Faults.Values.Sum();

    public void Add(Outcome outcome)
    {
        Seeds++;
        Violations += outcome.Violations.IsEmpty ? 0 : 1;
        VirtualMs += (long)outcome.VirtualTime.TotalMilliseconds;
        Fencings += outcome.Fencings;
        Failovers += outcome.Failovers;
        OfThreeOrMore += outcome.Scenario.Nodes >= 3 ? 1 : 0;
        LeastMs = Math.Min(LeastMs, (long)outcome.VirtualTime.TotalMilliseconds);
        FewestFaults = Math.Min(FewestFaults, outcome.Faults.Values.Sum());
        foreach ((FaultKind kind, int count) in outcome.Faults)
            Faults[kind.ToString()] = Faults.GetValueOrDefault(kind.ToString()) + count;
        foreach (((FaultKind kind, Moment moment), int count) in outcome.Met)
            Met[$"{kind}/{moment}"] = Met.GetValueOrDefault($"{kind}/{moment}") + count;
    }

    public void Add(Totals other)
    {
        Seeds += other.Seeds;
        Violations += other.Violations;
        VirtualMs += other.VirtualMs;
        Fencings += other.Fencings;
        Failovers += other.Failovers;
        OfThreeOrMore += other.OfThreeOrMore;
        LeastMs = Math.Min(LeastMs, other.LeastMs);
        FewestFaults = Math.Min(FewestFaults, other.FewestFaults);
        foreach ((string kind, long count) in other.Faults)
            Faults[kind] = Faults.GetValueOrDefault(kind) + count;
        foreach ((string met, long count) in other.Met)
            Met[met] = Met.GetValueOrDefault(met) + count;
    }

    /// <summary>The line that every run of <c>make sim</c> ends with.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seeds} seeds, {Violations} violations, {VirtualMs / 3_600_000.0:0.0} virtual hours, {FaultCount} faults, "
        + $"{Fencings} fencings, {Failovers} failovers");
}
