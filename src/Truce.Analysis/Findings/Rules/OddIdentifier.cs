using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Names that a terminal obeys, or that look like others.</summary>
public sealed class OddIdentifier : Rule
{
    private const int LengthMax = 250;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("odd-identifier", Severity.Error,
        "An id or a node's name holds control or direction characters, or is too long",
        "It can hide or forge what terminals, logs and status show; Pacemaker's schema refuses it too");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from named in Named(input)
        let complaint = Complaint(named.Name)
        where complaint is not null
        select new Sighting(named.Spot, $"its name {complaint}", "use letters, digits, '-', '_' and '.'");

    private static IEnumerable<(Spot Spot, string Name)> Named(RuleInput input) =>
    [
        .. input.Resources.Select(r => (Spot.Of(r), r.Id.Value)),
        .. input.Configuration.Constraints.Select(c => (Spot.Of(c), c.Id)),
        .. input.Configuration.Nodes.SelectMany(n => ((Spot, string)[])[(Spot.Of(n), n.Name.Value), (Spot.Of(n), n.Id.Value)]),
        .. input.Configuration.Templates.Select(t => (new Spot("template", t.Id), t.Id)),
        .. input.Configuration.Tags.Select(t => (new Spot("tag", t.Id), t.Id)),
        .. input.Primitives.SelectMany(p => p.Operations).Select(o => (Spot.Of(o), o.Name)),
    ];

    private static string? Complaint(string name) => name switch
    {
        "" => "is empty",
        { Length: > LengthMax } => $"is {name.Length} characters long; {LengthMax} is the limit",
        _ when name.Any(IsOdd) => "holds a control or direction character",
        _ => null,
    };

    private static bool IsOdd(char c) => char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
