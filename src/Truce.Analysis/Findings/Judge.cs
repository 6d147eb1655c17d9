using System.Collections.Immutable;
using Truce.Analysis.Findings.Rules;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Analysis.Findings;

/// <summary>Asks every rule about a configuration.</summary>
public static class Judge
{
    /// <summary>
    /// What there is to say. <paramref name="xml"/> is the text that <paramref name="input"/> was read from,
    /// for places; <paramref name="file"/> names it.
    /// </summary>
    public static Judgement Look(
        RuleInput input, string xml, string file, EquatableArray<Finding> reading, EquatableArray<Silence> more = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        Rule[] asked = [.. RuleCatalogue.Rules.Where(r => input.Knows(r.Need))];
        List<(Rule Rule, Sighting Sighting)> seen = [.. Ask(asked.Where(r => r.Need != RuleNeed.Planner), input)];
        if (seen.All(s => SeverityOf(s.Rule.Kind, s.Sighting, input) != Severity.Error))
            seen.AddRange(Ask(asked.Where(r => r.Need == RuleNeed.Planner), input));
        ElementPlaces places = seen.Count == 0 ? ElementPlaces.None : ElementPlaces.Of(xml);
        List<Finding> findings = [];
        List<SilencedFinding> silenced = [];
        EquatableArray<Silence> silences = [.. SilenceReader.Read(input.Configuration), .. more];
        Finding[] found =
        [
            .. seen.Select(s => ToFinding(
                s.Rule.Kind, s.Sighting, SeverityOf(s.Rule.Kind, s.Sighting, input), places, file)),
        ];
        foreach (Finding finding in reading.Where(r => !IsExplained(r, found)).Concat(found))
        {
            if (ReasonFor(finding, silences) is { } reason)
                silenced.Add(new SilencedFinding(finding, reason));
            else
                findings.Add(finding);
        }

        return new Judgement(
            [.. findings.OrderBy(f => f.File == file ? "" : f.File, StringComparer.Ordinal)
                .ThenBy(f => f.Line).ThenBy(f => f.Column)],
            [.. silenced],
            [.. RuleCatalogue.Rules.Except(asked).Select(r => r.Need).Distinct()]);
    }

    private static IEnumerable<(Rule, Sighting)> Ask(IEnumerable<Rule> rules, RuleInput input) =>
        rules.SelectMany(r => r.Look(input).Take(input.FindingsPerKindMax).Select(s => (r, s)));

    private static Severity SeverityOf(FindingKind kind, Sighting sighting, RuleInput input)
    {
        Severity severity = sighting.Severity ?? kind.Severity;
        return severity == Severity.Error
            && input.Standing.Contains((kind.Id, sighting.Where.ToString())) ? Severity.Warning : severity;
    }

    private static Finding ToFinding(
        FindingKind kind, Sighting sighting, Severity severity, ElementPlaces places, string file)
    {
        (int line, int column) = sighting.At is { } at
            ? (Math.Max(1, at.Line), 1)
            : places.Find(sighting.Where.Element, sighting.Where.Id);
        return new Finding(
            kind.Id, severity, sighting.At?.File ?? file, line, column, sighting.Where.ToString(),
            sighting.Message, sighting.Remedy)
        {
            Consequence = sighting.Consequence ?? kind.Consequence,
            ElementId = sighting.Where.Id,
        };
    }

    // Reading only knows that a name is unknown; a rule that knows what became of it says more.
    private static bool IsExplained(Finding reading, Finding[] found) => reading.Id == FindingIds.UnknownName
        && found.Any(f => f.Id is GoneOption.Id or UnknownFenceOption.Id && f.Element == reading.Element);

    // What is refused can't be talked away.
    private static string? ReasonFor(Finding finding, EquatableArray<Silence> silences) =>
        finding.Severity == Severity.Error
            ? null
            : silences.FirstOrDefault(s => s.Covers(finding.Id, finding.ElementId))?.Reason;
}

/// <summary>What the rules say.</summary>
/// <param name="Findings">In the order of the document.</param>
/// <param name="Silenced">Findings that the administrator has accepted.</param>
/// <param name="Unasked">What wasn't known, so that some rules weren't asked.</param>
public sealed record Judgement(
    EquatableArray<Finding> Findings, EquatableArray<SilencedFinding> Silenced, ImmutableArray<RuleNeed> Unasked)
{
    /// <summary>Whether the configuration may be used.</summary>
    public bool IsAcceptable => Findings.All(f => f.Severity != Severity.Error);
}
