using System.Collections.Immutable;
using System.CommandLine;
using Truce.Analysis.WhatIf;
using Truce.Analysis.Why;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Events;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary><c>truce why RESOURCE|NODE</c>: the reasons for a placement, a stop, a shot, in sentences. On a
/// file, or on the running cluster.</summary>
internal static class WhyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> subject = new Argument<string>("RESOURCE|NODE") { Description = "What to explain" }
            .SuggestingResources(context).SuggestingNodes(context);
        Option<string?> file = new("--xml")
        {
            Description = "A CIB instead of the running cluster; - for standard input",
            HelpName = "FILE",
        };
        Option<bool> details =
            new("--details") { Description = "Also every score with its parts, and every action" };
        Option<string?> at = new("--at")
        {
            Description = "Tell where it was at that time, and what led there",
            HelpName = "TIME",
        };
        Command command = context.Location.AddTo(new Command(
            "why", "Explain why a resource is, or will be, where it is; or what becomes of a node")
            { subject, file, details, at });
        command.Validators.Add(result =>
        {
            if (result.GetResult(at) is not null
                && (result.GetResult(file) is not null || result.GetResult(details) is not null))
                result.AddError(
                    "--at answers from the running cluster's record: leave out --xml and --details");
        });
        command.SetAction(async (parse, cancel) =>
        {
            if (parse.GetValue(at) is { } time)
                return (int)await PastAsync(context, parse, parse.GetValue(subject)!, time,
                    cancel).ConfigureAwait(false);
            Asked asked = parse.GetValue(file) is { } named
                ? new(await ReadFileAsync(context, named, cancel).ConfigureAwait(false), named, [], [])
                : await AskAsync(context, parse, parse.GetValue(subject)!, cancel).ConfigureAwait(false);
            Cib cib = Read(context, asked.Xml, asked.Name);
            Explanation explanation = await ExplainAsync(
                context, cib, asked.Name, parse.GetValue(subject)!, asked.Holds, asked.Departures,
                cancel).ConfigureAwait(false);
            WhyText text = new(
                context.Output, explanation, [.. About(asked.Holds, cib, explanation.Subject)]);
            if (parse.GetValue(context.Json))
                text.WriteJson();
            else
                text.Write(parse.GetValue(details) ? WhyDetails.Shown : WhyDetails.Hidden);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task<ExitCode> PastAsync(
        CliContext context, ParseResult parse, string subject, string time, CancellationToken cancel)
    {
        DateTimeOffset at = Times.Parse(time, context.Time)
            ?? throw new CommandException(
                ExitCode.BadInput, $"--at {time}: not a time",
                    "write 21:58:57, or \"2026-11-30 21:58:57\"; with Z at the end it is UTC");
        await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
        Cib cib = Read(
            context, await RunningConfiguration.ReadAsync(cluster, cancel).ConfigureAwait(false),
                RunningConfiguration.Name);
        IReadOnlyList<ClusterEvent> events =
            await EventPages.AfterAsync(cluster, 0, cancel).ConfigureAwait(false);
        // The nodes' clocks may be ahead of this one.
        if (at > context.Time.GetUtcNow() && events.All(e => e.At < at))
            throw new CommandException(
                ExitCode.BadInput, $"--at {time}: that is still to come",
                $"what is so now: truce why {subject}");
        IReadOnlyList<string> sentences = Past.Sentences(events, PastOf(cib, events, subject), at);
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(new WhyAtJson(subject, at, sentences), CliJson.Indented.WhyAtJson);
        else
            foreach (string sentence in sentences)
                context.Output.WriteLine(sentence);
        return ExitCode.Done;
    }

    // A resource or node that isn't configured any more may still have a past.
    private static PastSubject PastOf(Cib cib, IReadOnlyList<ClusterEvent> events, string subject)
    {
        string[] inside =
        [
            .. cib.Configuration.Resources.SelectMany(r =>
                r.PrimitivesOf(new ResourceId(subject))).Select(p => p.Id.Value),
        ];
        if (inside.Length > 0)
            return new PastSubject(subject, inside);
        if (cib.Configuration.Nodes.Any(n => n.Name.Value == subject) || events.Any(e => e.Node == subject))
            return new PastSubject(subject, []);
        return events.Any(e => e.Resource?.Split(':')[0] == subject)
            ? new PastSubject(subject, [subject])
            : throw new CommandException(
                ExitCode.BadInput, $"{subject}: neither a resource nor a node of {RunningConfiguration.Name}",
                    "truce status lists them");
    }

    private static Task<string> ReadFileAsync(CliContext context, string file, CancellationToken cancel) =>
        BoundedWork.RunAsync(
            file, WorkBounds.Default,
            ended => FileInput.ReadAsync(context, file, ended).GetAwaiter().GetResult(), cancel);

    // What the running cluster holds back isn't in its configuration: the guards' bans, blocks and
    // quarantines.
    private static async Task<Asked> AskAsync(
        CliContext context, ParseResult parse, string subject, CancellationToken cancel)
    {
        await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
        string xml = await RunningConfiguration.ReadAsync(cluster, cancel).ConfigureAwait(false);
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        return new Asked(
            xml, RunningConfiguration.Name, status.Holds,
            await Departures.OfAsync(cluster, status, subject, cancel).ConfigureAwait(false));
    }

    private sealed record Asked(
        string Xml, string Name, ImmutableArray<HoldStatus> Holds, ImmutableArray<Departure> Departures);

    /// <summary>Explains a resource or node of a CIB.</summary>
    /// <exception cref="CommandException">There is neither of that name; or it can't be planned.</exception>
    internal static async Task<Explanation> ExplainAsync(
        CliContext context, Cib cib, string name, string subject, ImmutableArray<HoldStatus> holds,
        ImmutableArray<Departure> departures, CancellationToken cancel)
    {
        PlanOptions options = new()
        {
            // Times are told in the zone of whoever asks.
            Now = cib.Header.ExecutionTime ?? context.Time.GetLocalNow(),
            Bans = [.. holds.Where(h => h is { Kind: "fence-ban", Resource: not null, Node: not null })
                .Select(h => new GuardBan(new ResourceId(h.Resource!), new NodeId(h.Node!), h.Reason))],
            Blocks = [.. holds.Where(h => h is { Kind: "fence-block", Resource: not null })
                .Select(h => new GuardBlock(new ResourceId(h.Resource!), h.Reason))],
            Quarantined = [.. holds.Where(h => h is { Kind: "quarantine", Node: not null })
                .Select(h => new NodeId(h.Node!))],
        };
        return await BoundedWork.RunAsync(
            name, WorkBounds.Default, ended => Explanation.Of(
                cib, subject, options, departures,
                (c, o) => context.Planner(c, o with { Budget = new PlanBudget(long.MaxValue, ended) })),
            cancel).ConfigureAwait(false)
            ?? throw new CommandException(
                ExitCode.BadInput, $"{subject}: neither a resource nor a node of {name}",
                    "truce status lists them");
    }

    /// <summary>The holds that concern it.</summary>
    internal static IEnumerable<HoldStatus> About(IEnumerable<HoldStatus> holds, Cib cib, string subject)
    {
        string[] inside = [subject, .. cib.Configuration.Resources.SelectMany(r => Below(r, subject))];
        return holds.Where(h => (h.Resource is { } r && inside.Contains(r)) || h.Node == subject
            || h is { Resource: null, Node: null });
    }

    private static Cib Read(CliContext context, string xml, string name)
    {
        CibReadResult read = CibReader.Parse(xml, name);
        if (read is CibReadResult.Accepted accepted)
            return accepted.Cib;
        foreach (Finding finding in read.Findings)
            context.Error.WriteLine(finding);
        throw new CommandException(ExitCode.BadInput, $"{name}: refused", "correct what is listed above");
    }

    private static IEnumerable<string> Below(Resource resource, string subject) =>
        resource.Id.Value == subject
        ? resource.Children.SelectMany(All)
        : resource.Children.SelectMany(c => Below(c, subject));

    private static IEnumerable<string> All(Resource resource) =>
        resource.Children.SelectMany(All).Prepend(resource.Id.Value);
}
