using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Names that a terminal obeys, or that look like others.</summary>
public sealed class OddIdentifier : Rule
{
    private const int LengthMax = 250;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("odd-identifier", Severity.Error,
        "An id or a node's name contains an invalid character, or is too long",
        "It can hide or forge text in terminals, logs and status, or make agents use the wrong files; "
        + "Pacemaker refuses it too");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from named in Named(input).Select(n => (n.Spot, Complaint: Complaint(n.Name)))
            .Concat(input.Resources.Select(r => (Spot: Spot.Of(r), Complaint: OfResource(r.Id.Value))))
        where named.Complaint is not null
        select new Sighting(
            named.Spot, $"its name {named.Complaint}", "use letters, digits, '-', '_' and '.'");

    private static IEnumerable<(Spot Spot, string Name)> Named(RuleInput input) =>
    [
        .. input.Configuration.Constraints.Select(c => (Spot.Of(c), c.Id)),
        .. input.Configuration.Nodes.SelectMany(n => ((Spot, string)[])[(Spot.Of(n), n.Name.Value), (Spot.Of(n), n.Id.Value)]),
        .. input.Configuration.Templates.Select(t => (new Spot("template", t.Id), t.Id)),
        .. input.Configuration.Tags.Select(t => (new Spot("tag", t.Id), t.Id)),
        .. input.Primitives.SelectMany(p => p.Operations).Select(o => (Spot.Of(o), o.Name)),
    ];

    // Agents make files of it, and an instance's name is id:NUMBER.
    private static string? OfResource(string name) => Complaint(name) ?? name switch
    {
        "." or ".." => "is the name of a directory",
        _ when name.Contains('/', StringComparison.Ordinal) => "contains a path",
        _ when name.Contains(':', StringComparison.Ordinal) => "contains a colon, which separates an instance's number",
        _ when name.Any(char.IsWhiteSpace) => "contains a space",
        _ => null,
    };

    private static string? Complaint(string name) => name switch
    {
        "" => "is empty",
        { Length: > LengthMax } => $"is {name.Length} characters long; {LengthMax} is the limit",
        _ when name.Any(IsOdd) => "contains a control or bidirectional character",
        _ => null,
    };

    private static bool IsOdd(char c) => char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
