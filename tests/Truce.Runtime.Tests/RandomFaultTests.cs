using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Runtime.Tests.World;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>
/// Seeded schedules of faults: safety while they last, and everything running again once they stop. A failure
/// prints its seed; TRUCE_SEED runs that one alone.
/// </summary>
public sealed class RandomFaultTests
{
    private const int SeedsPerCase = 25;

    public static TheoryData<int> Firsts =>
        [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("TRUCE_SEEDS") ?? "100", CultureInfo.InvariantCulture) / SeedsPerCase)
            .Select(i => 1_000 + (i * SeedsPerCase))];

    [Theory]
    [MemberData(nameof(Firsts))]
    public void Nothing_runs_twice_and_everything_recovers(int first)
    {
        if (Environment.GetEnvironmentVariable("TRUCE_SEED") is { } one)
        {
            Run(int.Parse(one, CultureInfo.InvariantCulture), trace: true);
            return;
        }

        for (int seed = first; seed < first + SeedsPerCase; seed++)
            Run(seed, trace: false);
    }

    private static void Run(int seed, bool trace)
    {
        int nodes = 3 + (seed % 3);
        int services = 1 + (seed % 5);
        IPlanner planner = seed % 2 == 0 ? new SchedulerPlanner() : new TinyPlanner();
        SimulatedCluster cluster = new(seed, nodes, planner);
        cluster.Ledger.KeepsLogs = trace;
        try
        {
            cluster.BootAll();
            cluster.Configure(Configurations.Services(services));
            Faults faults = new(cluster, services);
            for (int i = 0; i < 8; i++)
            {
                cluster.Clock.Run(cluster.Clock.Between(0, 6_000));
                faults.Next();
            }

            faults.Stop();
            bool recovered = cluster.RunUntil(
                () => cluster.IsSettled() && ControllerClusterTests.AllActive(cluster, services), 400);
            Assert.True(recovered, "not recovered");
            Assert.True(cluster.Violations.Count == 0, "promise broken");
            Assert.Equal(1, cluster.Nodes.Values.First().Control!.State!.Configuration.Version);
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {e.GetType().Name} {e.Message}\n{e.StackTrace}\n{cluster.Story()}");
        }
    }

    private sealed class Faults(SimulatedCluster cluster, int services)
    {
        private readonly Clockwork _clock = cluster.Clock;

        public void Next()
        {
            SimulatedNode node = cluster.Nodes.Values.ElementAt(_clock.Random.Next(cluster.Nodes.Count));
            switch (_clock.Random.Next(9))
            {
                case 0:
                    Tell($"power cut of {node.Id}");
                    node.PowerOff();
                    if (_clock.Chance(0.5))
                        _clock.After(_clock.Between(100, 8_000), node.Boot);
                    break;
                case 1:
                    Tell($"controller of {node.Id} is killed");
                    node.KillController(_clock.Between(50, 3_000));
                    break;
                case 2:
                    Tell($"executor of {node.Id} is killed");
                    node.KillExecutor(_clock.Between(50, 1_000));
                    break;
                case 3:
                    int[] sides = [.. cluster.Nodes.Select(_ => _clock.Random.Next(2))];
                    Tell($"split {string.Join(' ', sides)}");
                    cluster.Engine.Split(n => sides[cluster.Nodes.Keys.ToList().IndexOf(n)]);
                    break;
                case 4:
                    Tell("heal");
                    cluster.Engine.Split(_ => 0);
                    break;
                case 5:
                    string resource = $"r{1 + _clock.Random.Next(services)}";
                    Tell($"{resource} crashes");
                    cluster.Agents.Crash(resource);
                    break;
                case 6:
                    Tell($"{node.Id}: the controller stops for a while");
                    node.Controller?.Pause(_clock.Between(500, 15_000));
                    break;
                case 7:
                    string point = PausePoint.All[_clock.Random.Next(PausePoint.All.Count)];
                    Tell($"{node.Id}: the controller dies at {point}");
                    cluster.KillAt = (n, p) => n == node.Id && p == point && Once();
                    break;
                case 8:
                    Tell("fencing fails half of the time");
                    cluster.Agents.Fails = (_, device, _) => device == "power" && _clock.Chance(0.5);
                    break;
            }
        }

        public void Stop()
        {
            Tell("faults stop");
            cluster.KillAt = null;
            cluster.Agents.Fails = (_, _, _) => false;
            cluster.Engine.Split(_ => 0);
            foreach (SimulatedNode node in cluster.Nodes.Values)
                _clock.After(_clock.Between(0, 3_000), node.Boot);
        }

        private bool Once()
        {
            cluster.KillAt = null;
            return true;
        }

        private void Tell(string what) => cluster.Ledger.Tell(new WorldEvent.Fault("test", what, [.. cluster.Nodes.Keys], TimeSpan.Zero));
    }
}
