using System.Xml.Linq;
using Truce.Model;

namespace Truce.Cli.Editing;

/// <summary>An XML attribute of a constraint; null: it has none.</summary>
internal sealed record ConstraintPart(string Name, string? Value);

/// <summary>Constraints between two resources, or a resource and a node.</summary>
internal static class ConstraintEdits
{
    /// <summary>Where a resource prefers to run, or doesn't.</summary>
    public static bool SetLocation(
        this CibDocument document, string resource, string node, string score, string? role) =>
        document.Set(
            "rsc_location", $"location-{resource}-{node}",
            [new("rsc", document.IdOfResource(resource)),
                new("node", (string?)document.Node(node).Attribute("uname")), new("role", role)],
            [new("score", score)]);

    /// <summary>What is done before what.</summary>
    /// <param name="document">The configuration.</param>
    /// <param name="first">The resource that comes first.</param>
    /// <param name="then">The other.</param>
    /// <param name="actions">The actions that are put in order; null: those that start them.</param>
    /// <param name="rest">Kind and symmetry.</param>
    public static bool SetOrder(
        this CibDocument document, string first, string then, (string? First, string? Then) actions,
        params ConstraintPart[] rest) => document.Apart(first, then).Set(
            "rsc_order", $"order-{first}-{then}",
            [
                new("first", document.IdOfResource(first)), new("then", document.IdOfResource(then)),
                new("first-action", actions.First), new("then-action", actions.Then),
            ],
            rest);

    /// <summary>What runs with what, or apart from it.</summary>
    public static bool SetColocation(
        this CibDocument document, string resource, string with, string score,
            (string? Own, string? With) roles) =>
        document.Apart(resource, with).Set(
            "rsc_colocation", $"colocation-{resource}-{with}",
            [
                new("rsc", document.IdOfResource(resource)), new("with-rsc", document.IdOfResource(with)),
                new("rsc-role", roles.Own), new("with-rsc-role", roles.With),
            ],
            [new("score", score)]);

    private static CibDocument Apart(this CibDocument document, string one, string other) => one != other
        ? document
        : throw new CommandException(
            ExitCode.BadInput, $"{one} is named twice",
            "a constraint is between two resources: name another one");

    /// <summary>A constraint by id.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static XElement Constraint(this CibDocument document, string id) =>
        document.Constraints.FirstOrDefault(c => CibDocument.IdOf(c) == id)
        ?? throw CibDocument.Unknown("constraint", id, document.Constraints.Select(CibDocument.IdOf));

    /// <summary>Whether a constraint is about a resource.</summary>
    public static bool IsAbout(XElement constraint, string resource) =>
        constraint.DescendantsAndSelf().Any(e =>
            e.Attributes().Any(a => a.Name.LocalName is "rsc" or "with-rsc" or "first" or "then"
                && a.Value == resource)
            || (e.Name.LocalName == "resource_ref" && CibDocument.IdOf(e) == resource));

    /// <summary>Takes a resource out of every constraint: those between two go, sets lose it.</summary>
    public static void RemoveAbout(this CibDocument document, string resource)
    {
        foreach (XElement constraint in document.Constraints.Where(c => IsAbout(c, resource)).ToArray())
        {
            constraint.Descendants("resource_ref").Where(r => CibDocument.IdOf(r) == resource).Remove();
            constraint.Elements("resource_set").Where(s => !s.HasElements
                && s.Attribute("id-ref") is null).Remove();
            bool isEmpty = !constraint.Elements("resource_set").Any();
            if (isEmpty)
                constraint.Remove();
        }
    }

    // The same subject is the same constraint: its other properties are changed, not a second one added.
    private static bool Set(
        this CibDocument document, string element, string id, ConstraintPart[] subject, ConstraintPart[] rest)
    {
        XElement? constraint = document.Constraints.FirstOrDefault(
            c => c.Name.LocalName == element && !c.HasElements
                && !OperatorPlacement.IsId(CibDocument.IdOf(c)!)
                && subject.All(s => (string?)c.Attribute(s.Name) == s.Value));
        if (constraint is null)
        {
            document.Section("constraints").Add(constraint =
                new XElement(element, new XAttribute("id", document.FreeId(id))));
            foreach (ConstraintPart part in subject)
                constraint.SetAttributeValue(part.Name, part.Value);
            foreach (ConstraintPart part in rest)
                constraint.SetAttributeValue(part.Name, part.Value);
            return true;
        }

        return rest.EditEach(part => Change(constraint, part));
    }

    private static bool Change(XElement constraint, ConstraintPart part)
    {
        if ((string?)constraint.Attribute(part.Name) == part.Value)
            return false;
        constraint.SetAttributeValue(part.Name, part.Value);
        return true;
    }

    private static string IdOfResource(this CibDocument document, string id) =>
        CibDocument.IdOf(document.Resource(id))!;
}
