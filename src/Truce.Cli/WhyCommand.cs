using System.CommandLine;
using Truce.Analysis.WhatIf;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary><c>truce why RESOURCE|NODE</c>: the reasons for a placement, a stop, a shot. On a file,
/// or on the running cluster.</summary>
internal static class WhyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> subject = new("RESOURCE|NODE") { Description = "What to explain" };
        Option<string?> file = new("--xml") { Description = "A CIB instead of the running cluster; - for standard input", HelpName = "FILE" };
        Command command = context.Location.AddTo(new Command("why", "Explain why a resource is, or will be, where it is") { subject, file });
        command.SetAction(async (parse, cancel) =>
        {
            (string xml, string name) = parse.GetValue(file) is { } named
                ? (await BoundedWork.RunAsync(
                    named, WorkBounds.Default, ended => FileInput.ReadAsync(context, named, ended).GetAwaiter().GetResult(), cancel)
                    .ConfigureAwait(false), named)
                : (await RunningConfiguration.ReadAsync(context, parse, cancel).ConfigureAwait(false), RunningConfiguration.Name);
            Cib cib = Read(context, xml, name);
            DateTimeOffset now = cib.Header.ExecutionTime ?? context.Time.GetUtcNow();
            Explanation explanation = await BoundedWork.RunAsync(
                name, WorkBounds.Default, ended => Explanation.Of(
                    cib, parse.GetValue(subject)!, now,
                    (c, o) => context.Planner(c, o with { Budget = new PlanBudget(long.MaxValue, ended) })),
                cancel).ConfigureAwait(false)
                ?? throw new CommandException(ExitCode.BadInput, $"{parse.GetValue(subject)}: neither a resource nor a node of {name}", "truce status lists them");
            IReadOnlyList<HoldStatus> holds = parse.GetValue(file) is null
                ? await HoldsAsync(context, parse, cib, explanation.Subject, cancel).ConfigureAwait(false)
                : [];
            Print(context, parse, explanation, holds);
            return (int)ExitCode.Done;
        });
        return command;
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

    // What the running cluster holds back: the guards' bans, blocks and
    // quarantines aren't in its configuration.
    private static async Task<IReadOnlyList<HoldStatus>> HoldsAsync(
        CliContext context, ParseResult parse, Cib cib, string subject, CancellationToken cancel)
    {
        await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        IReadOnlyList<string> inside =
            [subject, .. cib.Configuration.Resources.SelectMany(r => Below(r, subject))];
        return [.. status.Holds.Where(h => (h.Resource is { } r && inside.Contains(r)) || h.Node == subject
            || h is { Resource: null, Node: null })];
    }

    private static IEnumerable<string> Below(Resource resource, string subject) =>
        resource.Id.Value == subject
        ? resource.Children.SelectMany(All)
        : resource.Children.SelectMany(c => Below(c, subject));

    private static IEnumerable<string> All(Resource resource) =>
        resource.Children.SelectMany(All).Prepend(resource.Id.Value);

    private static void Print(
        CliContext context, ParseResult parse, Explanation explanation, IReadOnlyList<HoldStatus> holds)
    {
        if (parse.GetValue(context.Json))
        {
            context.Output.WriteJson(ToJson(explanation, holds), CliJson.Indented.WhyJson);
            return;
        }

        foreach (HoldStatus hold in holds)
            context.Output.WriteLine($"held back: {hold.Subject}{hold.Reason}");
        foreach (Decision decision in explanation.Decisions)
            context.Output.WriteLine(Sentence(decision));
        foreach (NodeScore score in explanation.Scores)
            PrintScore(context.Output, score);
        foreach (ExplainedAction action in explanation.Actions)
            PrintAction(context.Output, action);
        if (holds.Count == 0 && explanation.Decisions.IsEmpty && explanation.Actions.IsEmpty)
            context.Output.WriteLine($"nothing to do for {explanation.Subject}");
    }

    private static void PrintScore(TextWriter output, NodeScore score)
    {
        output.WriteLine($"{score.Resource} on {score.Node}: {Scores.Text(score.Score)}");
        foreach (ScoreContribution part in score.Parts)
            output.WriteLine($"    {Scores.Text(part.Score),9}  {part.Kind} {part.Source}");
    }

    private static void PrintAction(TextWriter output, ExplainedAction action)
    {
        output.WriteLine(action.Reason is null ? $"action {action.Name}" : $"action {action.Name}: {action.Reason}");
        foreach (ActionWait wait in action.After)
            output.WriteLine($"    after {wait.Action} ({wait.Why})");
    }

    private static string Sentence(Decision decision) => decision switch
    {
        Decision.Fence fence => $"{fence.Node} is fenced ({fence.Action}): {fence.Reason ?? "it is unclean"}",
        Decision.Resource r => $"{r.Id}: {r.Change}, {Place(r.FromRole, r.FromNode)} -> {Place(r.ToRole, r.ToNode)}"
            + (r.Reason is null ? "" : $", due to {r.Reason}") + (r.Blocked ? ", but it can't be done now" : ""),
        Decision.Leave leave => $"{leave.Id} stays as it is: {Place(leave.Role, leave.Node)}",
    };

    private static string Place(ResourceRole role, NodeId? node) => node is { } at ? $"{role} on {at}" : $"{role}";

    private static WhyJson ToJson(Explanation explanation, IReadOnlyList<HoldStatus> holds) => new(
        explanation.Subject,
        [.. explanation.Decisions.Select(Sentence)],
        [.. explanation.Scores.Select(s => new WhyScoreJson(
            s.Resource, s.Node, Scores.Text(s.Score),
            [.. s.Parts.Select(p => new WhyPartJson(Scores.Text(p.Score), p.Kind, p.Source))]))],
        [.. explanation.Actions.Select(a => new WhyActionJson(
            a.Name, a.Reason, [.. a.After.Select(w => new WhyWaitJson(w.Action, w.Why))]))],
        holds);
}

/// <summary>What <c>why --json</c> prints; fields are added, never renamed.</summary>
internal sealed record WhyJson(
    string Subject,
    IReadOnlyList<string> Decisions, IReadOnlyList<WhyScoreJson> Scores, IReadOnlyList<WhyActionJson> Actions,
    IReadOnlyList<HoldStatus> Holds);

/// <summary>A resource's score on a node.</summary>
internal sealed record WhyScoreJson(string Resource, string Node, string Score, IReadOnlyList<WhyPartJson> Parts);

/// <summary>One addend of it.</summary>
internal sealed record WhyPartJson(string Score, string Kind, string Source);

/// <summary>An action, and what it waits for.</summary>
internal sealed record WhyActionJson(string Action, string? Reason, IReadOnlyList<WhyWaitJson> After);

/// <summary>An action that is waited for, and which rule says so.</summary>
internal sealed record WhyWaitJson(string Action, string Why);
