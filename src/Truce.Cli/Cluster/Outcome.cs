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
            await SettleAsync(done.Version, limit, [], cancel).ConfigureAwait(false);
        Print(said + (done is null ? " already" : ""), done);
        return ExitCode.Done;
    }

    /// <summary>Waits until everything that follows from a version is done, and warns of what is held back
    /// then.</summary>
    /// <param name="version">The configuration's version.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="known">What was held back before.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The cluster then.</returns>
    /// <exception cref="CommandException">That took too long.</exception>
    public async Task<ClusterStatusDocument> SettleAsync(
        long version, TimeSpan limit, IReadOnlyCollection<HoldStatus> known, CancellationToken cancel)
    {
        ClusterStatusDocument? last = null;
        if (await cluster.UntilAsync(
            context.Time, limit, s => (last = s).IsAtRest(version), cancel).ConfigureAwait(false))
        {
            WarnOfHolds(last!, known);
            return last!;
        }

        throw new CommandException(
            ExitCode.TimedOut,
            $"configuration {version} is active, but the cluster has not settled within {limit.TotalSeconds:0.#} s",
            "see what is in progress, failed or held back: truce status");
    }

    // Done as far as the cluster can: what it holds back may be what was wished for. What was so of a node
    // before the change doesn't concern it.
    private void WarnOfHolds(ClusterStatusDocument status, IReadOnlyCollection<HoldStatus> known)
    {
        if (status.State != "held")
            return;
        foreach (string sentence in HoldText.Sentences(
            status.Holds.Where(h => h.Resource is not null || !known.Contains(h))))
            context.Error.WriteLine($"warning: held back: {sentence}");
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
    /// <param name="done">The answer; null: there was none.</param>
    /// <param name="wanted">The rule whose finding is what was asked for; null: none.</param>
    public void Warn(ClientReply.Done? done, string? wanted = null)
    {
        foreach (InputFinding finding in
            done?.Findings.Where(f => !f.Standing && (wanted is null || f.Id != wanted)) ?? [])
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
