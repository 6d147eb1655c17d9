using System.Text;
using Truce.Analysis.WhatIf;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary>Whether scores and actions are printed too.</summary>
internal enum WhyDetails
{
    Hidden,
    Shown,
}

/// <summary>An explanation as it is printed.</summary>
internal sealed class WhyText(TextWriter output, Explanation explanation, IReadOnlyList<HoldStatus> holds)
{
    // The answer says these already, with the way out.
    private static readonly string[] s_told =
        ["operator", "failures", "failed-stop", "cannot-run", HoldStatus.Departed];

    /// <summary>For people.</summary>
    public void Write(WhyDetails details)
    {
        foreach (string sentence in explanation.Answer.Sentences)
            output.WriteLine(sentence);
        foreach (string sentence in HoldText.Sentences(holds.Where(h => !s_told.Contains(h.Kind))))
            output.WriteLine($"held back: {sentence}");
        if (!explanation.Answer.Remedies.IsEmpty)
        {
            output.WriteLine("What would have to change:");
            foreach (string remedy in explanation.Answer.Remedies)
                output.WriteLine($"  {remedy}");
        }

        if (details == WhyDetails.Hidden)
            return;
        foreach (NodeScore score in explanation.Scores)
            Score(score);
        foreach (ExplainedAction action in explanation.Actions)
            Action(action);
    }

    /// <summary>For scripts.</summary>
    public void WriteJson() => output.WriteJson(
        new WhyJson(
            explanation.Subject,
            explanation.Answer.Sentences,
            explanation.Answer.Remedies,
            [.. explanation.Decisions.Select(Sentence)],
            [.. explanation.Scores.Select(s => new WhyScoreJson(
                s.Resource, s.Node, Scores.Text(s.Score), [.. s.Parts.Select(Part)]))],
            [.. explanation.Actions.Select(a => new WhyActionJson(
                a.Name, a.Reason, [.. a.After.Select(w => new WhyWaitJson(w.Action, w.Why))]))],
            holds),
        CliJson.Indented.WhyJson);

    private static WhyPartJson Part(ScorePart part) => new(
        Scores.Text(part.Score), Kind(part.Rule), part.Source, part.Becomes, part.Other?.Value);

    private void Score(NodeScore score)
    {
        output.WriteLine($"{score.Resource} on {score.Node}: {Scores.Text(score.Score)}");
        foreach (ScorePart part in score.Parts)
        {
            string becomes = part.Becomes ? "becomes " : "";
            string through = part.Other is { } other ? $" through {other}" : "";
            output.WriteLine(
                $"    {becomes + Scores.Text(part.Score),17}  {Kind(part.Rule)} "
                    + $"{part.Source}{through}".TrimEnd());
        }
    }

    private void Action(ExplainedAction action)
    {
        output.WriteLine(action.Reason is null ? $"action {action.Name}"
            : $"action {action.Name}: {action.Reason}");
        foreach (ActionWait wait in action.After)
            output.WriteLine($"    after {wait.Action} ({wait.Why})");
    }

    // FailedStop is failed-stop.
    private static string Kind(ScoreRule rule)
    {
        StringBuilder text = new();
        foreach (char letter in rule.ToString())
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('-');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    private static string Sentence(Decision decision) => decision switch
    {
        Decision.Fence fence => $"{fence.Node} is fenced ({fence.Action}): {fence.Reason ?? "it is unclean"}",
        Decision.Resource r =>
            $"{r.Id}: {r.Change}, {Place(r.FromRole, r.FromNode)} -> {Place(r.ToRole, r.ToNode)}"
            + (r.Reason is null ? "" : $", due to {r.Reason}")
                + (r.Blocked ? ", but it can't be done now" : ""),
        Decision.Leave leave => $"{leave.Id} stays as it is: {Place(leave.Role, leave.Node)}",
    };

    private static string Place(ResourceRole role, NodeId? node) => node is { } at ? $"{role} on {at}"
        : $"{role}";
}

/// <summary>What <c>why --at</c> prints for scripts.</summary>
internal sealed record WhyAtJson(string Subject, DateTimeOffset At, IReadOnlyList<string> Sentences);

/// <summary>What <c>why --json</c> prints; fields are added, never renamed.</summary>
/// <param name="Subject">What was asked about.</param>
/// <param name="Sentences">The answer first, then what lies behind it.</param>
/// <param name="Remedies">What would have to change.</param>
/// <param name="Decisions">What the plan decides for it.</param>
/// <param name="Scores">Every score with its parts.</param>
/// <param name="Actions">Every action, and what it waits for.</param>
/// <param name="Holds">What the guards hold back.</param>
internal sealed record WhyJson(
    string Subject,
    IReadOnlyList<string> Sentences,
    IReadOnlyList<string> Remedies,
    IReadOnlyList<string> Decisions,
    IReadOnlyList<WhyScoreJson> Scores,
    IReadOnlyList<WhyActionJson> Actions,
    IReadOnlyList<HoldStatus> Holds);

/// <summary>A resource's score on a node.</summary>
internal sealed record WhyScoreJson(string Resource, string Node, string Score,
    IReadOnlyList<WhyPartJson> Parts);

/// <summary>One addend of it.</summary>
/// <param name="Score">What was added; or what it became.</param>
/// <param name="Kind">What sort of rule: location, stickiness, colocation, failed-stop, guard …</param>
/// <param name="Source">The constraint, option or operation that it comes from; or empty.</param>
/// <param name="Becomes">It replaced what was there before.</param>
/// <param name="Through">The resource that it comes through; or null.</param>
internal sealed record WhyPartJson(string Score, string Kind, string Source, bool Becomes, string? Through);

/// <summary>An action, and what it waits for.</summary>
internal sealed record WhyActionJson(string Action, string? Reason, IReadOnlyList<WhyWaitJson> After);

/// <summary>An action that is waited for, and which rule says so.</summary>
internal sealed record WhyWaitJson(string Action, string Why);
