using System.Collections.Immutable;
using Truce.Simulator.World;

namespace Truce.Simulator.Scenarios;

/// <summary>
/// Draws a run from a seed. Each seed takes a handful of the kinds of fault only (swarm testing): mixtures of
/// all of them would hide what a few do to each other.
/// </summary>
internal static class ScenarioDraw
{
    private const int LyingEvery = 40;
    private const int LyingAt = 7;
    private static readonly ImmutableArray<FaultKind> s_kinds = [.. Enum.GetValues<FaultKind>()];

    public static ImmutableArray<FaultKind> Kinds => s_kinds;

    /// <summary>The run of a seed. <paramref name="configuration"/> (name or file, with its text) takes
    /// the place of the drawn one.</summary>
    public static Scenario Draw(int seed, (string Name, string Xml)? configuration = null)
    {
        // The world draws from the seed itself; what is planned, from another stream.
        Random random = new(unchecked((seed * 7_919) + 13));
        int nodes = Nodes(random);
        (string name, string xml) = Configurations.Draw(random, nodes, seed);
        if (configuration is { } given)
            (name, xml) = given;
        int trouble = 300_000 + random.Next(120_000);
        return new Scenario
        {
            Seed = seed,
            Nodes = nodes,
            Rule = Rule(random, nodes),
            ConfigurationName = name,
            Configuration = xml,
            Watchdog = random.NextDouble() < 0.4 ? TimeSpan.FromSeconds(5 + random.Next(10)) : null,
            ProcessNumbersRepeat = random.NextDouble() < 0.4,
            Faults = Faults(random, seed, trouble),
            Changes = [.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => random.Next(trouble)).Order()],
            Trouble = TimeSpan.FromMilliseconds(trouble),
        };
    }

    private static int Nodes(Random random) => random.Next(100) switch
    {
        < 12 => 2,
        < 52 => 3,
        < 67 => 4,
        < 87 => 5,
        < 97 => random.Next(6, 9),
        _ => random.Next(9, 17),
    };

    private static QuorumRule Rule(Random random, int nodes) => (nodes, random.Next(10)) switch
    {
        (2, < 6) => QuorumRule.TwoNode,
        (_, 6) => QuorumRule.Device,
        (_, 7) when nodes % 2 == 0 => QuorumRule.TieBreaker,
        (2, _) => QuorumRule.Device,
        _ => QuorumRule.Majority,
    };

    private static ImmutableArray<PlannedFault> Faults(Random random, int seed, int trouble)
    {
        int kinds = 2 + random.Next(7);
        FaultKind[] swarm = [.. Enumerable.Range(0, kinds).Select(_ => s_kinds[random.Next(s_kinds.Length)])];
        // A device that lies takes S1 and S2 out of the run: rare, and never by the way.
        swarm = [.. swarm.Select(k => k == FaultKind.FenceLies ? FaultKind.FenceFails : k)];
        if (seed % LyingEvery == LyingAt)
            swarm[0] = FaultKind.FenceLies;
        int count = 6 + random.Next(15);
        bool bursts = random.NextDouble() < 0.4;
        List<PlannedFault> faults = [];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            at = bursts && random.NextDouble() < 0.7 ? at + random.Next(2_000) : random.Next(trouble);
            Moment? when = random.NextDouble() < 0.5 ? Aim(random) : null;
            if (when is Moment.FencingRetrying or Moment.FencingFailed)
                faults.AddRange(Unfenceable(random, at % trouble));
            faults.Add(new PlannedFault(
                at % trouble, swarm[random.Next(swarm.Length)], random.Next(1 << 20), random.Next(1 << 20),
                random.NextDouble() * random.NextDouble(), random.NextDouble(), when));
        }

        faults.AddRange(Paired(seed, trouble));
        return [.. faults.OrderBy(f => f.AtMs)];
    }

    // Chance leaves some pairs of fault and state out for thousands of seeds: each seed aims one fault at a
    // pair of its own, so that all pairs get their turn. Lying devices keep to the seeds that are theirs.
    private static IEnumerable<PlannedFault> Paired(int seed, int trouble)
    {
        Moment[] states = Enum.GetValues<Moment>();
        bool lies = seed % LyingEvery == LyingAt;
        FaultKind[] kinds = [.. s_kinds.Where(k => (k == FaultKind.FenceLies) == lies)];
        int turn = lies ? seed / LyingEvery : seed;
        FaultKind kind = kinds[turn % kinds.Length];
        Moment when = states[turn / kinds.Length % states.Length];
        // A stream of its own: what is aimed changes nothing about what is drawn.
        Random random = new(unchecked((seed * 6_271) + 5));
        int at = random.Next(trouble);
        IEnumerable<PlannedFault> first = when is Moment.FencingRetrying or Moment.FencingFailed ? Unfenceable(random, at) : [];
        return first.Append(new PlannedFault(
            at, kind, random.Next(1 << 20), random.Next(1 << 20), random.NextDouble() * random.NextDouble(), random.NextDouble(), when));
    }

    // Fencing fails only where devices do, and somebody is to be shot.
    private static IEnumerable<PlannedFault> Unfenceable(Random random, int at)
    {
        double lasts = 0.8 + (random.NextDouble() * 0.2);
        yield return new PlannedFault(at, FaultKind.FenceFails, 0, 0, lasts, 0, null);
        yield return new PlannedFault(at, FaultKind.PowerCut, random.Next(1 << 20), 0, lasts, 1, null);
    }

    private static Moment Aim(Random random)
    {
        ImmutableArray<Moment> rare = [.. Enum.GetValues<Moment>().Except([Moment.CoordinatorIdle, Moment.Joined, Moment.FencingNone])];
        return rare[random.Next(rare.Length)];
    }
}
