using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Corosync;

/// <summary>
/// Rounds of splits that heal, on hosts with Corosync. In the middle of each round a change of configuration is asked
/// for; afterwards everything must run, nothing may have been active twice, every node has the same configuration,
/// and what was acknowledged is in it. KINDS, ROUNDS, FIRST_ROUND and SEED choose which.
/// </summary>
public sealed class Splits
{
    private static readonly string[] s_short = ["two-one", "unfenced", "one-link", "pause"];
    private static readonly string[] s_all =
        ["two-one", "unfenced", "one-each", "one-link", "one-way", "flapping", "pause", "two-two", "two-two-one-link"];

    /// <summary>The kinds of this run.</summary>
    public static TheoryData<string> Kinds => [.. Environment.GetEnvironmentVariable("KINDS") is { Length: > 0 } kinds
        ? kinds.Split(',')
        : Environment.GetEnvironmentVariable("ROUNDS") is null ? s_short : s_all];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_every_round_the_cluster_is_whole_and_has_lost_nothing(string kind)
    {
        int nodes = kind.StartsWith("two-two", StringComparison.Ordinal) ? 4 : 3;
        await using LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", nodes, Cancel);
        await WholeAsync(cluster, nodes);
        int first = Number("FIRST_ROUND", 1);
        for (int round = first; round < first + Number("ROUNDS", 1); round++)
        {
            TimeSpan took = await RoundAsync(cluster, nodes, kind, round);
            Report(kind, round, took);
        }
    }

    private static async Task<TimeSpan> RoundAsync(LabCluster cluster, int nodes, string kind, int round)
    {
        Split split = Split.Draw(kind, Number("SEED", 1), round);
        string name = $"{kind}, round {round} of seed {Number("SEED", 1)}: {split}";
        TestContext.Current.SendDiagnosticMessage(name);
        try
        {
            if (!split.FencingWorks)
                await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "1");
            foreach (string[] command in split.Begin)
                await cluster.DoAsync(Cancel, ["lab", .. command]);
            await Task.Delay(split.Hold / 2, Cancel);
            bool acknowledged = await ChangeAsync(cluster, nodes, round);
            await Task.Delay(split.Hold / 2, Cancel);
            // A thaw is refused where the paused node was shot meanwhile and is off.
            foreach (string[] command in split.End)
                await cluster.RunAsync(Cancel, ["lab", .. command]);
            await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "0");
            TimeSpan took = await WholeAsync(cluster, nodes);
            await RequireIntactAsync(cluster, nodes, acknowledged ? Value(round) : null);
            cluster.RequireNothingTwice();
            return took;
        }
        catch (Exception e) when (e is TimeoutException or Xunit.Sdk.XunitException)
        {
            throw new TimeoutException($"{name}: {e.Message}", e);
        }
    }

    private static Task<TimeSpan> WholeAsync(LabCluster cluster, int nodes) => cluster.UntilAsync(
        "whole", v => v.Online == nodes && Wishes.IsServed(v), Wishes.RecoveryMax, Cancel);

    // Asked of every node in turn: a minority refuses, a paused node doesn't answer.
    private static async Task<bool> ChangeAsync(LabCluster cluster, int nodes, int round)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(6));
        for (int node = 1; node <= nodes && !limit.IsCancellationRequested; node++)
        {
            try
            {
                string[] ask = ["attr", "set", "n1", "round", Value(round), "--node", $"n{node}"];
                if ((await cluster.RunAsync(limit.Token, ask)).Code == 0)
                    return true;
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException && !Cancel.IsCancellationRequested)
            {
                return false; // Whether it was taken isn't known, and so nothing is asked of it.
            }
        }

        return false;
    }

    private static async Task RequireIntactAsync(LabCluster cluster, int nodes, string? acknowledged)
    {
        string configuration = await cluster.ConfigurationAsync("n1", Cancel);
        for (int node = 2; node <= nodes; node++)
            Assert.Equal(configuration, await cluster.ConfigurationAsync($"n{node}", Cancel));
        if (acknowledged is not null)
            Assert.Contains($"value=\"{acknowledged}\"", configuration, StringComparison.Ordinal);
    }

    private static string Value(int round) => string.Create(CultureInfo.InvariantCulture, $"round-{round}");

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int n) ? n : otherwise;

    private static void Report(string kind, int round, TimeSpan took)
    {
        if (Environment.GetEnvironmentVariable("ROUNDS_REPORT") is { Length: > 0 } path)
        {
            JsonObject line = new() { ["kind"] = kind, ["round"] = round, ["converged_ms"] = (long)took.TotalMilliseconds };
            File.AppendAllText(path, line.ToJsonString() + "\n");
        }
    }
}
