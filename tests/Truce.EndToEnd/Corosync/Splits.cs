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

    // Of what a round waits for, the recovery is the longest; of all together nobody has to wait for longer than this.
    private static readonly TimeSpan s_roundMax = TimeSpan.FromMinutes(3);

    /// <summary>The kinds of this run.</summary>
    public static TheoryData<string> Kinds =>
        [.. Environment.GetEnvironmentVariable("KINDS") is { Length: > 0 } kinds ? kinds.Split(',') : s_short];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_every_round_the_cluster_is_whole_and_has_lost_nothing(string kind)
    {
        int nodes = kind.StartsWith("two-two", StringComparison.Ordinal) ? 4 : 3;
        await using LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", nodes, Cancel);
        await WholeAsync(cluster, nodes, Cancel);
        int first = Number("FIRST_ROUND", 1);
        for (int round = first; round < first + Number("ROUNDS", 1); round++)
        {
            TimeSpan took = await RoundAsync(cluster, nodes, kind, round);
            Note(new() { ["kind"] = kind, ["round"] = round, ["converged_ms"] = (long)took.TotalMilliseconds });
        }
    }

    private static async Task<TimeSpan> RoundAsync(LabCluster cluster, int nodes, string kind, int round)
    {
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        source.CancelAfter(s_roundMax);
        CancellationToken limit = source.Token;
        Split split = Split.Draw(kind, Number("SEED", 1), round);
        string step = "";
        string name = $"{kind}, round {round} of seed {Number("SEED", 1)}: {split}";
        TestContext.Current.SendDiagnosticMessage(name);
        Note(new() { ["kind"] = kind, ["round"] = round, ["begun"] = split.ToString() });
        try
        {
            if (!split.FencingWorks)
                await LabAsync("set", "fence_fails", "1");
            foreach (string[] command in split.Begin)
                await LabAsync(command);
            step = "a change of configuration";
            await Task.Delay(split.Hold / 2, limit);
            bool acknowledged = await ChangeAsync(cluster, nodes, round, limit);
            await Task.Delay(split.Hold / 2, limit);
            foreach (string[] command in split.End)
            {
                // A thaw is refused where the paused node was shot meanwhile and is off.
                step = $"lab {string.Join(' ', command)}";
                await cluster.RunAsync(limit, ["lab", .. command]);
            }

            await LabAsync("set", "fence_fails", "0");
            step = "the cluster to be whole";
            TimeSpan took = await WholeAsync(cluster, nodes, limit);
            step = "the configuration of every node";
            await RequireIntactAsync(cluster, nodes, acknowledged ? Value(round) : null, limit);
            cluster.RequireNothingTwice();
            return took;
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{name}: no end after {s_roundMax.TotalSeconds} s, while waiting for {step}");
        }
        catch (Exception e) when (e is TimeoutException or Xunit.Sdk.XunitException)
        {
            throw new TimeoutException($"{name}: while waiting for {step}: {e.Message}", e);
        }

        Task LabAsync(params string[] command)
        {
            step = $"lab {string.Join(' ', command)}";
            return cluster.DoAsync(limit, ["lab", .. command]);
        }
    }

    private static Task<TimeSpan> WholeAsync(LabCluster cluster, int nodes, CancellationToken cancel) => cluster.UntilAsync(
        "whole", v => v.Online == nodes && Wishes.IsServed(v), Wishes.RecoveryMax, cancel);

    // Asked of every node in turn: a minority refuses, a paused node doesn't answer.
    private static async Task<bool> ChangeAsync(LabCluster cluster, int nodes, int round, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(6));
        for (int node = 1; node <= nodes && !limit.IsCancellationRequested; node++)
        {
            try
            {
                string[] ask = ["attr", "set", "n1", "round", Value(round), "--node", $"n{node}"];
                if ((await cluster.RunAsync(limit.Token, ask)).Code == 0)
                    return true;
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException && !cancel.IsCancellationRequested)
            {
                return false; // Whether it was taken isn't known, and so nothing is asked of it.
            }
        }

        return false;
    }

    private static async Task RequireIntactAsync(
        LabCluster cluster, int nodes, string? acknowledged, CancellationToken cancel)
    {
        string configuration = await cluster.ConfigurationAsync("n1", cancel);
        for (int node = 2; node <= nodes; node++)
            Assert.Equal(configuration, await cluster.ConfigurationAsync($"n{node}", cancel));
        if (acknowledged is not null)
            Assert.Contains($"value=\"{acknowledged}\"", configuration, StringComparison.Ordinal);
    }

    private static string Value(int round) => string.Create(CultureInfo.InvariantCulture, $"round-{round}");

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int n) ? n : otherwise;

    // A line when a round begins, and one when it is over: who follows the file sees where a run stands.
    private static void Note(JsonObject line)
    {
        if (Environment.GetEnvironmentVariable("ROUNDS_REPORT") is { Length: > 0 } path)
            File.AppendAllText(path, line.ToJsonString() + "\n");
    }
}
