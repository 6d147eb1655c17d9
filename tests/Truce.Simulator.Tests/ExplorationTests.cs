using Truce.Explore.Forking;
using Truce.Explore.Keeping;
using Truce.Explore.Searching;
using Truce.Explore.World;
using Truce.Simulator.Checks;

namespace Truce.Simulator.Tests;

/// <summary>Every order of what can happen, for small clusters (docs/explore.md).</summary>
public sealed class ExplorationTests
{
    private static readonly SearchLimits s_limits = new(20_000, TimeSpan.FromMinutes(5));

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "explored"), "*.txt").Order()];

    [Fact]
    public void Without_faults_a_cluster_at_rest_stays_as_it_is()
    {
        Reached reached = new Search(new ExploredBounds { Faults = 0 }, s_limits).Run();

        Assert.True(reached.IsExhausted);
        Assert.Null(reached.Breach);
        Assert.InRange(reached.States, 5, 200);
    }

    [Fact]
    public void Time_that_runs_early_breaks_no_promise()
    {
        ExploredBounds bounds = new() { Faults = 1, Kinds = [MoveKind.Late, MoveKind.StopsFail] };

        Reached reached = new Search(bounds, s_limits).Run();

        Assert.True(reached.IsExhausted, reached.ToString());
        Assert.Null(reached.Breach);
    }

    [Fact]
    public void A_device_that_lies_is_found_out_and_its_story_replays()
    {
        ExploredBounds bounds = new() { Faults = 1, Kinds = [MoveKind.Split], DevicesLie = true };

        Reached reached = new Search(bounds, s_limits).Run();

        Breach breach = Assert.IsType<Breach>(reached.Breach);
        Assert.True(breach.Violation.Promise is "S1" or "S2", breach.Violation.ToString());
        Violation again = Assert.Single(Replay.Run(bounds, breach.Path).Violations.Take(1));
        Assert.Equal(breach.Violation, again);
        (ExploredBounds read, IReadOnlyList<Move> path) = KeptCase.Read(KeptCase.Write(bounds, breach));
        Assert.Equal(breach.Path, path);
        Assert.Equal(bounds with { Kinds = [], DevicesLie = false }, read with { Kinds = [] });
    }

    [Fact]
    public void A_forked_state_is_the_one_that_its_moves_lead_to()
    {
        ExploredBounds bounds = new() { Faults = 1, Kinds = [MoveKind.CutPower, MoveKind.KillExecutor] };
        Fingerprint fingerprint = new();
        int count = 0;
        Search search = new(bounds, new SearchLimits(300, TimeSpan.FromMinutes(5)))
        {
            Visited = (state, path) =>
            {
                if (count++ % 20 != 0)
                    return;
                ExploredCluster again = Roots.Running(bounds);
                foreach (Move move in path)
                    again.Take(move);
                Assert.Equal(fingerprint.Of(again, again.NowNs), fingerprint.Of(state, state.NowNs));
            },
        };

        search.Run();

        Assert.True(count > 100);
    }

    [Fact]
    public void Every_field_that_counts_otherwise_is_still_there()
    {
        HashSet<string> fields = [.. new[]
            {
                typeof(Control.ControlMachine).Assembly, typeof(Model.NodeId).Assembly,
                    typeof(ExploredCluster).Assembly,
                typeof(IChecker).Assembly,
            }.SelectMany(a => a.GetTypes()).Where(t => !t.IsInterface).SelectMany(t => TypeFacts.Fields(t)
                .SelectMany(f => new[] { $"{f.DeclaringType!.Name}.{FieldRules.NameOf(f)}",
                    FieldRules.NameOf(f) }))];

        Assert.Equal([], FieldRules.All.Except(fields));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void What_was_found_once_is_not_found_again(string file)
    {
        (ExploredBounds bounds, IReadOnlyList<Move> path) = KeptCase.Read(File.ReadAllText(file));

        Assert.Empty(Replay.Run(bounds, path).Violations);
    }
}
