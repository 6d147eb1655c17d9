using System.Collections.Immutable;
using System.CommandLine;
using System.Xml.Linq;
using Truce.Analysis.WhatIf;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Changing;

/// <summary>
/// Makes a change of the configuration as every verb does: tries it on paper and says what it will stop,
/// start and move; has the cluster judge it; commits it as one version of the history; and waits until
/// everything that follows from it is done.
/// </summary>
internal sealed class ChangeRun(
    CliContext context, ParseResult parse, ICluster cluster, ChangeOptions options)
{
    private const int CommentMax = 200;
    private const string Blocked = "blocked";
    private static readonly string[] s_failures = ["cannot-run", "failures", "failed-stop"];

    /// <summary>What the change does, as far as paper can tell.</summary>
    public ImmutableArray<PlannedStep> Steps { get; private set; } = [];

    /// <summary>The elements that it creates, changes and removes, in words.</summary>
    public ImmutableArray<string> Differences { get; private set; } = [];

    /// <summary>Makes the change, and prints what is so now.</summary>
    public async Task<ExitCode> RunAsync(Change change, CancellationToken cancel)
    {
        ClientReply.Done? done = await MakeAsync(change, cancel).ConfigureAwait(false);
        Print(change.Said, done);
        return ExitCode.Done;
    }

    /// <summary>Makes the change, waits, and warns; what is so now is left to say.</summary>
    /// <returns>The answer; null if it was so before.</returns>
    public async Task<ClientReply.Done?> MakeAsync(Change change, CancellationToken cancel)
    {
        await TryOnPaperAsync(change, cancel).ConfigureAwait(false);
        Tell();
        if (options.IsDryRun(parse))
            return await JudgeAsync(change, cancel).ConfigureAwait(false);
        ImmutableArray<HoldStatus> before =
            (await cluster.StatusAsync(cancel).ConfigureAwait(false)).Holds;
        ClientReply.Done? done = await cluster.ChangeAsync(
            options.Comment(parse) ?? ForHistory(change.Comment), xml => Edited(xml, change),
                cancel).ConfigureAwait(false);
        Outcome outcome = new(context, parse, cluster);
        outcome.Warn(done, change.Wanted);
        if (options.Wait.Limit(parse) is { } limit)
        {
            ClusterStatusDocument now = done is null ? await cluster.StatusAsync(cancel).ConfigureAwait(false)
                : await outcome.SettleAsync(done.Version, limit, before, cancel).ConfigureAwait(false);
            if ((change.Lacking(now) ?? (change.LeavesAlone ? null : Undone(before, now))) is { } lacking)
                throw lacking;
        }

        return done;
    }

    /// <summary>Prints what is so now, as a sentence or as JSON.</summary>
    public void Print(string said, ClientReply.Done? done)
    {
        bool isTrial = options.IsDryRun(parse);
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(
                new OutcomeJson(said, done is not null && !isTrial, isTrial ? null : done?.Version, isTrial
                    ? null : done?.Index)
                {
                    DryRun = isTrial,
                    Plan = Steps,
                    Differences = Differences,
                },
                CliJson.Indented.OutcomeJson);
        else if (done is null)
            context.Output.WriteLine(said + " already");
        else
            context.Output.WriteLine(isTrial ? "dry run: nothing was changed" : said);
    }

    // Names come from the command line, of any length, before the configuration has been judged.
    private static string ForHistory(string comment)
    {
        string line = string.Concat(comment.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= CommentMax ? line : line[..CommentMax];
    }

    private static IEnumerable<HoldStatus> Lacking(IEnumerable<HoldStatus> holds) =>
        holds.Where(h => h.Kind is Blocked || s_failures.Contains(h.Kind));

    // What is blocked or fails since the change is part of it that isn't done.
    private static CommandException? Undone(ImmutableArray<HoldStatus> before, ClusterStatusDocument now)
    {
        HoldStatus[] undone = [.. Lacking(now.Holds).Except(before)];
        string[] parts =
        [
            Sentence(undone.Where(h => h.Kind == Blocked), " stays as it is", " stay as they are"),
            Sentence(undone.Where(h => h.Kind != Blocked), " fails", " fail"),
        ];
        return undone.Length == 0 ? null : new CommandException(
            ExitCode.No,
            $"configuration {now.ConfigurationVersion} is active, but not all of it can be done: "
                + string.Join("; ", parts.Where(p => p.Length > 0)),
            "see what stands in the way: truce status");
    }

    private static string Sentence(IEnumerable<HoldStatus> holds, string one, string several)
    {
        string[] names = [.. holds.Select(h => h.Resource!).Distinct()];
        return names.Length == 0 ? "" : string.Join(", ", names) + (names.Length == 1 ? one : several);
    }

    private async Task<ClientReply.Done?> JudgeAsync(Change change, CancellationToken cancel)
    {
        ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, false), cancel).ConfigureAwait(false);
        if (Edited(now.Xml, change) is not { } xml)
            return null;
        ClientReply reply = await cluster.AskAsync(
            new ClientRequest.ApplyConfiguration(xml, now.Version, true, ""), cancel).ConfigureAwait(false);
        if (reply is not ClientReply.Done judged)
            throw Answers.Refusal((ClientReply.Refused)reply, Answers.Configuration);
        new Outcome(context, parse, cluster).Warn(judged, change.Wanted);
        return judged;
    }

    private async Task TryOnPaperAsync(Change change, CancellationToken cancel)
    {
        string before = await RunningConfiguration.ReadAsync(cluster, cancel).ConfigureAwait(false);
        if (Edited(before, change) is not { } after)
            return;
        Differences = Compare(before, after);
        Steps = new OnPaper(context.Planner, context.Time.GetUtcNow()).Difference(before, after);
    }

    private static ImmutableArray<string> Compare(string before, string after) =>
        [.. ConfigurationDifference.Between(XElement.Parse(before), XElement.Parse(after)).Select(c =>
            c.ToString())];

    private void Tell()
    {
        if (parse.GetValue(context.Json))
            return;
        bool isTrial = options.IsDryRun(parse);
        foreach (string difference in isTrial ? Differences : [])
            context.Output.WriteLine(difference);
        foreach (PlannedStep step in Steps)
            context.Output.WriteLine($"{(isTrial ? "would" : "will")} {step}");
    }

    private static string? Edited(string xml, Change change)
    {
        CibDocument document = CibDocument.Parse(xml);
        return change.Edit(document) ? document.Text : null;
    }
}
