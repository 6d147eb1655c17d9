using System.Collections.Immutable;
using System.Text.RegularExpressions;

using Truce.Analysis.Why;
using Truce.Conformance.Judging;
using Truce.Model;
using Truce.Model.Rules;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Conformance.Why;

/// <summary>What is found wrong with the reasons that <c>truce why</c> gives for one cluster.</summary>
internal sealed class WhySweep
{
    private readonly List<string> _wrong = [];
    private readonly string _name;

    private WhySweep(string name) => _name = name;

    /// <summary>Instances that are stopped, moved, blocked or wait, each with a sentence of its
    /// own.</summary>
    public int Sentences { get; private set; }

    /// <summary>Scores of minus infinity, each with its cause.</summary>
    public int Forbidden { get; private set; }

    /// <summary>Complaints.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>Asks for every resource and every node of a recorded cluster.</summary>
    public static WhySweep Of(RecordedCase recorded)
    {
        WhySweep sweep = new(recorded.Name);
        if (CibReader.Parse(File.ReadAllText(recorded.InputPath), recorded.Name)
            is not CibReadResult.Accepted { Cib: var cib })
        {
            sweep._wrong.Add($"{recorded.Name}: refused");
            return sweep;
        }

        PlanOptions options = new() { Now = Time(recorded, cib), KeepPlacements = true, KeepScores = true };
        Plan plan = Planner.Plan(cib, options);
        sweep.Scores(plan);
        sweep.Words(plan, new Reasons(cib, plan, options, []));
        return sweep;
    }

    private static DateTimeOffset Time(RecordedCase recorded, Cib cib) =>
        recorded.Arguments is ["-t", var written]
            && IsoTime.TryParse(written, TimeSpan.Zero, out DateTimeOffset time)
            ? time : cib.Header.ExecutionTime ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Whoever changes a score says why: the reasons, taken one after the other, give exactly the score.
    private void Scores(Plan plan)
    {
        foreach (Placement placement in plan.Placements)
        {
            foreach (NodePlacement there in placement.Nodes.Where(n => n.Considered))
            {
                int sum = there.Parts.Aggregate(
                    0, (score, part) => part.Becomes ? part.Score : Scheduler.Scores.Add(score, part.Score));
                if (sum != there.Score)
                    _wrong.Add(
                        $"{_name}: {placement.Resource} on {there.Node} is {there.Score}, its reasons give "
                            + $"{sum}");
                if (there.Score > -Scheduler.Scores.Infinity)
                    continue;
                Forbidden++;
                if (there.Parts.All(p => p.Score > -Scheduler.Scores.Infinity))
                    _wrong.Add($"{_name}: {placement.Resource} on {there.Node} is forbidden without a cause");
            }
        }
    }

    private void Words(Plan plan, Reasons reasons)
    {
        // A history may hold what is named as a clone is now.
        ResourceId[] collectives =
            [.. plan.Current.Resources.Where(r => r is not ResourceState.Primitive).Select(r => r.Id)];
        foreach (ResourceState.Primitive each in plan.Current.Resources.SelectMany(r => r.Primitives)
            .Where(p => !collectives.Contains(p.Id)))
        {
            Answer? answer = reasons.About(each.Id.Value);
            string first = answer?.Sentences.FirstOrDefault() ?? "";
            bool quiet = plan.Decisions.Any(d => d is Decision.Leave leave && leave.Id == each.Id)
                && !each.ActiveOn.IsEmpty;
            if (!quiet)
                Sentences++;
            if (!first.StartsWith($"{each.Id} ", StringComparison.Ordinal)
                || !first.Contains(": ", StringComparison.Ordinal))
                _wrong.Add($"{_name}: no sentence about {each.Id}: {first}");
            Judge(answer);
        }

        foreach (NodeStatus node in plan.Current.Nodes)
            Judge(reasons.About(node.Name.Value));
    }

    private void Judge(Answer? answer)
    {
        foreach (string line in answer is null ? ["(nothing)"] : answer.Sentences.Concat(answer.Remedies))
        {
            if (s_internal.IsMatch(line) || s_vague.IsMatch(line) || line == "(nothing)")
                _wrong.Add($"{_name}: {line}");
        }
    }

    // What only the program knows; a number that stands alone; an answer that says nothing.
    private static readonly Regex s_internal = new(
        @"__\w+__|(?<![\w&])#(?!health)\w|internal_colocation|_last_failure_0|pcmk__|hard-error|fatal-error"
            + @"|-?1000000\b",
        RegexOptions.CultureInvariant);

    private static readonly Regex s_vague = new(
        "no node was chosen for it|something that comes before it|has no place in the plan|: $|: : |can't "
            + "be there$",
        RegexOptions.CultureInvariant);
}
