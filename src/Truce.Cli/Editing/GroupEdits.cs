using System.Xml.Linq;

namespace Truce.Cli.Editing;

/// <summary>Members that join and leave groups.</summary>
internal static class GroupEdits
{
    /// <summary>A group by id, made at the end if there is none.</summary>
    /// <exception cref="CommandException">Something else has that id.</exception>
    public static XElement GroupOf(CibDocument document, string id)
    {
        if (Find(document, id) is { } there)
            return there;
        XElement made = new("group", new XAttribute("id", id));
        document.Section("resources").Add(made);
        return made;
    }

    /// <summary>Moves resources into a group, in their order; false if all of them are there.</summary>
    /// <param name="document">The configuration.</param>
    /// <param name="group">The group; made where its first member is if there is none.</param>
    /// <param name="members">What is to join.</param>
    /// <param name="before">The member before which they come; null: they come last.</param>
    public static bool Join(this CibDocument document, string group, IReadOnlyList<string> members,
        string? before)
    {
        XElement? there = Find(document, group);
        XElement[] joining = [.. members.Select(m => Joining(document, group, m)).OfType<XElement>()];
        if (joining.Length == 0)
            return false;
        if (there is null)
        {
            there = new XElement("group", new XAttribute("id", group));
            joining[0].AddBeforeSelf(there);
        }

        XElement? next = before is null ? null : Member(there, before);
        foreach (XElement one in joining)
        {
            one.Remove();
            if (next is null)
                there.Add(one);
            else
                next.AddBeforeSelf(one);
        }

        return true;
    }

    /// <summary>Moves resources out of a group, to behind it; the group goes with its last member. False if
    /// none of them is in it.</summary>
    public static bool Leave(this CibDocument document, string group, IReadOnlyList<string> members)
    {
        if (Find(document, group) is null)
            throw Missing(document, group);
        XElement[] leaving =
        [
            .. members.Select(document.Resource)
                .Where(r => r.Parent is { } p && p.Name.LocalName == "group" && CibDocument.IdOf(p) == group),
        ];
        if (leaving.Length == 0)
            return false;
        XElement there = leaving[0].Parent!;
        XElement outer = there.Parent!.Name.LocalName == "resources" ? there : there.Parent;
        foreach (XElement one in leaving.Reverse())
        {
            one.Remove();
            outer.AddAfterSelf(one);
        }

        if (!there.Elements("primitive").Any())
            End(document, outer);
        return true;
    }

    private static void End(CibDocument document, XElement outer)
    {
        string[] ids =
            [.. outer.DescendantsAndSelf().Where(CibDocument.IsResource).Select(e => CibDocument.IdOf(e)!)];
        string[] constraints =
        [
            .. document.Constraints.Where(c => ids.Any(i => ConstraintEdits.IsAbout(c, i)))
                .Select(c => CibDocument.IdOf(c)!),
        ];
        if (constraints.Length > 0)
            throw new CommandException(
                ExitCode.BadInput,
                    $"{ids[0]} would be empty, but constraints are about it: "
                + string.Join(", ", constraints),
                $"delete them first: truce constraint delete {string.Join(' ', constraints)}");
        outer.Remove();
    }

    private static XElement? Joining(CibDocument document, string group, string member)
    {
        XElement resource = document.Resource(member);
        string? holder = CibDocument.IdOf(resource.Parent!);
        if (resource.Parent!.Name.LocalName == "group" && holder == group)
            return null;
        if (resource.Name.LocalName != "primitive")
            throw new CommandException(
                ExitCode.BadInput,
                    $"{member} is a {resource.Name.LocalName}: only single resources can be in a group",
                "name its members one by one");
        return resource.Parent.Name.LocalName == "resources" ? resource : throw new CommandException(
            ExitCode.BadInput, $"{member} is in {holder}",
            resource.Parent.Name.LocalName == "group"
                ? $"take it out first: truce resource group remove {holder} {member}"
                : "a cloned resource can't be in a group; name another");
    }

    private static XElement? Find(CibDocument document, string id)
    {
        XElement? found = document.Resources.FirstOrDefault(r => CibDocument.IdOf(r) == id);
        bool isTaken = found is null ? document.HasId(id) : found.Name.LocalName != "group";
        return isTaken
            ? throw new CommandException(ExitCode.BadInput, $"{id} exists already, and is not a group",
                "choose another id")
            : found;
    }

    private static XElement Member(XElement group, string id) =>
        group.Elements("primitive").FirstOrDefault(p => CibDocument.IdOf(p) == id)
        ?? throw CibDocument.Unknown("member", id, group.Elements("primitive").Select(CibDocument.IdOf));

    private static CommandException Missing(CibDocument document, string group) => CibDocument.Unknown(
        "group", group, document.Resources.Where(r => r.Name.LocalName == "group").Select(CibDocument.IdOf));
}
