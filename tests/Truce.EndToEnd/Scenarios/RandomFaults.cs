using System.Globalization;
using System.Text.Json.Nodes;
using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Scenarios;

/// <summary>
/// Rounds of real faults: kill -9 of a role or a power cut, of a random node, at a random moment, often in
/// the middle of something. After each round the world's record must show nothing active twice, every node
/// the same configuration, and everything must run again. ROUNDS, FIRST_ROUND and SEED choose how many and
/// which.
/// </summary>
public sealed class RandomFaults
{
    private const int RoundsByDefault = 4;
    private static readonly string[] s_nodes = ["n1", "n2", "n3"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_round_recovers_with_nothing_twice_and_the_configuration_intact()
    {
        int rounds = Number("ROUNDS", RoundsByDefault);
        int seed = Number("SEED", 1);
        await using LabCluster cluster = await LabCluster.UpAsync("recorders.xml", 3, Cancel);
        await cluster.UntilAsync("whole", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
        string configuration = await cluster.ConfigurationAsync(null, Cancel);
        JsonArray report = [];
        int first = Number("FIRST_ROUND", 1);
        for (int round = first; round < first + rounds; round++)
        {
            Fault fault = Fault.Draw(seed, round);
            TimeSpan took = await RoundAsync(cluster, fault, $"round {round} of seed {seed}, {fault}");
            await RequireIntactAsync(cluster, configuration);
            cluster.RequireNothingTwice();
            report.Add(new JsonObject { ["round"] = round, ["fault"] = fault.ToString(),
                ["recovered_ms"] = (long)took.TotalMilliseconds });
            Write(seed, report);
        }
    }

    private static async Task<TimeSpan> RoundAsync(LabCluster cluster, Fault fault, string name)
    {
        if (fault.Stir)
            await cluster.RunAsync(Cancel, "node", "standby", fault.Stirred, "--no-wait");
        await Task.Delay(fault.After, Cancel);
        if (fault.Role is { } role)
            RoleProcesses.Kill(cluster.Folder, fault.Node, role);
        else
            await cluster.DoAsync(Cancel, "lab", "kill", fault.Node);
        if (fault.Stir)
            await cluster.UntilDoneAsync(Cancel, "node", "online", fault.Stirred, "--no-wait");
        try
        {
            TimeSpan took = await cluster.UntilAsync(
                "whole", v => Wishes.IsWhole(v) || Wishes.IsServedInQuarantine(v), Wishes.RecoveryMax,
                Cancel);
            return took + await ReleaseAsync(cluster);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{name}: {late.Message}", late);
        }
    }

    // Power cuts that follow each other within seconds look like nodes that shoot each other, and count as
    // that: the cluster serves on without the node, as the guard promises, and an operator lets it back.
    private static async Task<TimeSpan> ReleaseAsync(LabCluster cluster)
    {
        if (await cluster.StatusAsync(null, Cancel) is not { Quarantined: { Count: > 0 } nodes })
            return TimeSpan.Zero;
        foreach (string node in nodes)
            await cluster.UntilDoneAsync(Cancel, "fence", "release", node);
        return await cluster.UntilAsync(
            "whole after the release", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
    }

    private static async Task RequireIntactAsync(LabCluster cluster, string configuration)
    {
        foreach (string node in s_nodes)
            Assert.Equal(configuration, await cluster.ConfigurationAsync(node, Cancel));
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int n) ? n
            : otherwise;

    private static void Write(int seed, JsonArray rounds)
    {
        if (Environment.GetEnvironmentVariable("ROUNDS_REPORT") is { Length: > 0 } path)
            File.WriteAllText(
                path, new JsonObject { ["seed"] = seed, ["rounds"] = rounds.DeepClone() }.ToJsonString());
    }

    /// <summary>One round's fault: a role, or (null) the power of the whole node.</summary>
    private sealed record Fault(string Node, string? Role, TimeSpan After, bool Stir, string Stirred)
    {
        public static Fault Draw(int seed, int round)
        {
            // The numbers must be the same on every machine and forever: a failed round is named by its
            // seed.
            ulong state = (ulong)seed * 1_000_003 + (ulong)round;
            int Next(int below)
            {
                state = state * 6364136223846793005 + 1442695040888963407;
                return (int)((state >> 33) % (ulong)below);
            }

            Next(2);
            string?[] targets = [.. RoleProcesses.Roles, null, null];
            return new Fault(
                s_nodes[Next(3)], targets[Next(targets.Length)], TimeSpan.FromMilliseconds(Next(1500)),
                Next(2) == 0, s_nodes[Next(3)]);
        }

        public override string ToString() =>
            $"{(Role is null ? "power cut" : $"kill -9 {Role}")} on {Node} after {After.TotalMilliseconds} ms{(Stir ? $" of standby {Stirred}" : "")}";
    }
}
