using System.Globalization;
using System.Xml.Linq;
using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Cli.Editing;

/// <summary>An operator's instruction where a resource is to run, as a
/// constraint with an expiry date.</summary>
internal static class Placements
{
    /// <summary>Sends a resource to a node until an instant.</summary>
    public static void Prefer(this CibDocument document, string resource, string node, DateTimeOffset until) =>
        Replace(document, Rule(document, PreferenceId(resource), resource, "INFINITY", node, until));

    /// <summary>Has an instance of a promotable clone promoted on a node until an instant.</summary>
    public static void PreferPromoted(
        this CibDocument document, string clone, string node, DateTimeOffset until) =>
        Replace(document, Promoted(Rule(document, PreferenceId(clone), clone, "INFINITY", node, until)));

    /// <summary>Keeps instances of a promotable clone from being promoted on a node until an
    /// instant.</summary>
    public static void BanPromoted(
        this CibDocument document, string clone, string node, DateTimeOffset until) =>
        Replace(document, Promoted(Rule(
            document, $"{OperatorPlacement.BanPrefix}{clone}-{node}", clone, "-INFINITY", node, until)));

    /// <summary>The promotable clone that a resource is, or is in; null: none.</summary>
    public static string? PromotableOf(this CibDocument document, string resource) =>
        document.Resource(resource).AncestorsAndSelf()
            .Where(e => e.Name.LocalName == "master" || (e.Name.LocalName == "clone"
                && e.Elements("meta_attributes").Elements("nvpair").Any(IsPromotable)))
            .Select(CibDocument.IdOf).FirstOrDefault();

    private static bool IsPromotable(XElement pair) => (string?)pair.Attribute("name") == "promotable"
        && CibBoolean.Parse((string?)pair.Attribute("value") ?? "") == true;

    /// <summary>The id of the constraint that <see cref="Prefer"/> makes.</summary>
    public static string PreferenceId(string resource) => OperatorPlacement.MovePrefix + resource;

    /// <summary>Takes the preference away; false if there is none.</summary>
    public static bool RemovePreference(this CibDocument document, string resource)
    {
        XElement? preference = document.Constraints.FirstOrDefault(c => CibDocument.IdOf(c) == PreferenceId(resource));
        preference?.Remove();
        return preference is not null;
    }

    /// <summary>Keeps a resource off a node, until an instant or (null) until it is cleared; false if that
    /// was said before.</summary>
    public static bool Ban(this CibDocument document, string resource, string node, DateTimeOffset? until) =>
        Replace(document, Rule(document, $"{OperatorPlacement.BanPrefix}{resource}-{node}", resource, "-INFINITY", node, until));

    /// <summary>Takes away what operators said about a resource, or about any; on a node, if one is named;
    /// only what was over by an instant, if that is given. The ids taken away.</summary>
    public static IReadOnlyList<string> Clear(
        this CibDocument document, string? resource, string? node, DateTimeOffset? overBy)
    {
        XElement[] ours =
        [
            .. document.Constraints.Where(c => IsOfOperator(c, resource) && (node is null || Names(c, node))
                && (overBy is not { } instant || IsOver(c, instant))),
        ];
        foreach (XElement constraint in ours)
            constraint.Remove();
        return [.. ours.Select(c => CibDocument.IdOf(c)!)];
    }

    private static bool Replace(CibDocument document, XElement constraint)
    {
        XElement? old =
            document.Constraints.FirstOrDefault(c => CibDocument.IdOf(c) == CibDocument.IdOf(constraint));
        if (XNode.DeepEquals(old, constraint))
            return false;
        old?.Remove();
        document.Section("constraints").Add(constraint);
        return true;
    }

    // A rule and not the shorter node="…", because a rule can end by itself: what outlives the operator's
    // attention is what surprises the next one.
    private static XElement Rule(
        CibDocument document, string id, string resource, string score, string node, DateTimeOffset? until) =>
        new("rsc_location",
            new XAttribute("id", id),
            new XAttribute("rsc", resource),
            new XElement("rule",
                new XAttribute("id", id + "-rule"),
                new XAttribute("score", score),
                new XAttribute("boolean-op", "and"),
                new XElement("expression",
                    new XAttribute("id", id + "-node"),
                    new XAttribute("attribute", "#uname"),
                    new XAttribute("operation", "eq"),
                    new XAttribute("value", (string)document.Node(node).Attribute("uname")!)),
                until is { } end ? End(id, end) : null));

    private static XElement Promoted(XElement location)
    {
        location.Element("rule")!.SetAttributeValue("role", "Promoted");
        return location;
    }

    private static XElement End(string id, DateTimeOffset end) =>
        new("date_expression",
            new XAttribute("id", id + "-end"),
            new XAttribute("operation", "lt"),
            new XAttribute("end", end.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    private static bool IsOver(XElement constraint, DateTimeOffset instant) =>
        constraint.Descendants("date_expression").Any(d => IsoTime.TryParse(
            (string?)d.Attribute("end") ?? "", TimeSpan.Zero, out DateTimeOffset end) && end <= instant);

    private static bool IsOfOperator(XElement constraint, string? resource) =>
        constraint.Name.LocalName == "rsc_location"
        && (resource is null || (string?)constraint.Attribute("rsc") == resource)
        && OperatorPlacement.IsId(CibDocument.IdOf(constraint)!);

    private static bool Names(XElement constraint, string node) =>
        (string?)constraint.Attribute("node") == node
        || constraint.Descendants("expression").Any(e => (string?)e.Attribute("value") == node);
}
