using System.CommandLine;
using Truce.Analysis.WhatIf;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>Tells what a change came to, after waiting for the cluster to carry it out.</summary>
internal sealed class Outcome(CliContext context, ParseResult parse, ICluster cluster)
{
    /// <summary>Waits if asked to, and prints one sentence, or the same as JSON.</summary>
    /// <param name="said">What is so now.</param>
    /// <param name="done">The answer; null: it was so before.</param>
    /// <param name="wait">Whether and how long to wait.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<ExitCode> TellAsync(string said, ClientReply.Done? done, WaitOptions wait, CancellationToken cancel)
    {
        Warn(done);
        if (done is not null && wait.Limit(parse) is { } limit)
            await SettleAsync(done.Version, limit, cancel).ConfigureAwait(false);
        Print(said + (done is null ? " already" : ""), done);
        return ExitCode.Done;
    }

    /// <summary>Waits until everything that follows from a version is done.</summary>
    /// <returns>The cluster then.</returns>
    /// <exception cref="CommandException">That took too long.</exception>
    public async Task<ClusterStatusDocument> SettleAsync(
        long version, TimeSpan limit, CancellationToken cancel)
    {
        ClusterStatusDocument? last = null;
        if (await cluster.UntilAsync(
            context.Time, limit, s => (last = s).IsAtRest(version), cancel).ConfigureAwait(false))
        {
            WarnOfHolds(last!);
            return last!;
        }

        throw new CommandException(
            ExitCode.TimedOut,
            $"configuration {version} is active, but the cluster has not settled within {limit.TotalSeconds:0.#} s",
            "see what is in progress, failed or held back: truce status");
    }

    // Done as far as the cluster can: what it holds back may be what was wished for.
    private void WarnOfHolds(ClusterStatusDocument status)
    {
        if (status.State != "held")
            return;
        foreach (HoldStatus hold in status.Holds)
            context.Error.WriteLine($"warning: held back: {hold.Subject}{hold.Reason}");
    }

    /// <summary>Prints one sentence, or the same as JSON.</summary>
    public void Print(string said, ClientReply.Done? done)
    {
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(
                new OutcomeJson(said, done is not null, done?.Version, done?.Index), CliJson.Indented.OutcomeJson);
        else
            context.Output.WriteLine(said);
    }

    /// <summary>Shows the warnings that came with an answer: those that the change brought.</summary>
    public void Warn(ClientReply.Done? done)
    {
        foreach (InputFinding finding in done?.Findings.Where(f => !f.Standing) ?? [])
            context.Error.WriteLine(FindingText.Of(finding, Answers.Configuration));
    }
}

/// <summary>What a command that changes something prints with <c>--json</c>.</summary>
/// <param name="Message">What is so now.</param>
/// <param name="Changed">Whether anything had to be changed.</param>
/// <param name="Version">The configuration's version after it.</param>
/// <param name="Index">The change's place in the cluster's order.</param>
internal sealed record OutcomeJson(string Message, bool Changed, long? Version, long? Index)
{
    /// <summary>Whether nothing was to be changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>What the change makes the cluster do, as tried on paper; null: it wasn't tried.</summary>
    public IReadOnlyList<PlannedStep>? Plan { get; init; }

    /// <summary>What differs in the configuration, in words; null: nothing was compared.</summary>
    public IReadOnlyList<string>? Differences { get; init; }
}
