using System.Xml.Linq;
using Truce.Cli.Changing;

namespace Truce.Cli.Editing;

/// <summary>Resources that come and go.</summary>
internal static class ResourceEdits
{
    private const string Parameters = "instance_attributes";
    private const string Meta = "meta_attributes";

    /// <summary>Makes a resource; false if it is there already, just so.</summary>
    /// <exception cref="CommandException">The id is taken by something else.</exception>
    public static bool Create(this CibDocument document, NewResource wanted)
    {
        if (document.HasId(wanted.Id))
            return IsThere(document, wanted) ? Constrain(document, wanted) : throw new CommandException(
                ExitCode.BadInput, $"{wanted.Id} exists already, and differs",
                "choose another id, or change it: truce resource set, meta and op");
        if (wanted.Agent.Type != "remote"
            && document.Nodes.Any(n => (string?)n.Attribute("uname") == wanted.Id))
            throw new CommandException(
                ExitCode.BadInput, $"{wanted.Id} is a node",
                "choose another id: commands take both by their names");
        XElement primitive =
            new("primitive", new XAttribute("id", wanted.Id), new XAttribute("class", wanted.Agent.Class));
        primitive.SetAttributeValue("provider", wanted.Agent.Provider);
        primitive.SetAttributeValue("type", wanted.Agent.Type);
        Place(document, wanted, primitive);
        wanted.OwnMeta.EditEach(m => document.SetPair(primitive, Meta, m.Name, m.Value));
        wanted.Parameters.EditEach(p => document.SetPair(primitive, Parameters, p.Name, p.Value));
        wanted.Operations.EditEach(o => document.AddOperation(primitive, o.Action, o.Values));
        Constrain(document, wanted);
        return true;
    }

    private static bool Constrain(CibDocument document, NewResource wanted)
    {
        bool changed = false;
        if (wanted.After is { } first && !IsInGroup(document, wanted.Group, first))
            changed |= document.SetOrder(document.OuterOf(first), wanted.Outer, (null, null));
        if (wanted.With is { } with)
            changed |= document.SetColocation(wanted.Outer, document.OuterOf(with), "INFINITY", (null, null));
        return changed;
    }

    /// <summary>Deletes a resource with everything inside it, what held only it, and what refers to
    /// it.</summary>
    /// <exception cref="CommandException">Fencing needs it.</exception>
    public static void Delete(this CibDocument document, string id)
    {
        XElement gone = document.Resource(id);
        while (gone.Parent is { } holder && holder.Name.LocalName != "resources"
            && holder.Elements().Count(e => CibDocument.IsResource(e)) == 1)
            gone = holder;
        foreach (
            string inside in gone.DescendantsAndSelf().Where(CibDocument.IsResource).Select(e =>
                CibDocument.IdOf(e)!))
            Forget(document, inside);
        gone.Remove();
    }

    /// <summary>The id of a resource as constraints name it: of its clone, if it is cloned.</summary>
    public static string OuterOf(this CibDocument document, string id)
    {
        XElement resource = document.Resource(id);
        return resource.Parent is { } holder && holder.Name.LocalName is "clone" or "master" or "bundle"
            ? CibDocument.IdOf(resource.Parent)!
            : id;
    }

    private static void Place(CibDocument document, NewResource wanted, XElement primitive)
    {
        if (wanted.Group is { } name)
        {
            if (wanted.After is { } before && IsInGroup(document, name, before))
                document.Resource(before).AddAfterSelf(primitive);
            else
                GroupEdits.GroupOf(document, name).Add(primitive);
            return;
        }

        if (wanted.Form == ResourceForm.Single)
        {
            document.Section("resources").Add(primitive);
            return;
        }

        XElement clone = new("clone", new XAttribute("id", wanted.Outer), primitive);
        document.Section("resources").Add(clone);
        wanted.CloneMeta.EditEach(m => document.SetPair(clone, Meta, m.Name, m.Value));
    }

    private static bool IsInGroup(CibDocument document, string? group, string resource) =>
        group is not null && document.Resource(resource).Parent is { } holder
        && holder.Name.LocalName == "group" && CibDocument.IdOf(holder) == group;

    private static void Forget(CibDocument document, string id)
    {
        if (document.Section("fencing-topology").Elements("fencing-level")
            .FirstOrDefault(l =>
                ((string?)l.Attribute("devices") ?? "").Split(',').Contains(id)) is { } level)
            throw new CommandException(
                ExitCode.BadInput, $"{id} is a device of the fencing level {CibDocument.IdOf(level)}",
                "take it out of the topology first: truce config show, then truce config apply");
        document.RemoveAbout(id);
        XElement[] references =
            [.. document.Section("tags").Descendants("obj_ref").Where(r => CibDocument.IdOf(r) == id)];
        foreach (XElement reference in references)
        {
            XElement tag = reference.Parent!;
            reference.Remove();
            if (!tag.HasElements)
                tag.Remove();
        }
    }

    // Compared by what it says, since ids of its parts are made up.
    private static bool IsThere(CibDocument document, NewResource wanted)
    {
        XElement? there = document.Resources.FirstOrDefault(r => CibDocument.IdOf(r) == wanted.Id);
        string? holder = there?.Parent is { } p && p.Name.LocalName != "resources" ? CibDocument.IdOf(p)
            : null;
        return there is { Name.LocalName: "primitive" } && document.AgentOf(there) == wanted.Agent
            && holder == (wanted.Group ?? (wanted.Form == ResourceForm.Single ? null : wanted.Outer))
            && Same(there.AllPairs(Parameters), wanted.Parameters)
                && Same(there.AllPairs(Meta), wanted.OwnMeta)
            && (wanted.Form == ResourceForm.Single || Same(there.Parent!.AllPairs(Meta), wanted.CloneMeta))
            && Operations.Of(there).Select(Text).Order().SequenceEqual(
                wanted.Operations.Select(Text).Order());
    }

    private static bool Same(IEnumerable<(string Name, string? Value)> there,
        IEnumerable<NamedValue> wanted) =>
        there.Select(t =>
            $"{t.Name}={t.Value}").Order().SequenceEqual(wanted.Select(w => w.ToString()).Order());

    private static string Text(XElement operation) => string.Join(
        ' ', Operations.Text(operation).Split(' ').Order().Prepend((string?)operation.Attribute("name")
            ?? ""));

    private static string Text(NewOperation operation) => string.Join(
        ' ', operation.Values.Append(
            new NamedValue("interval", operation.Value("interval") ?? "0s")).Distinct()
            .Select(v => v.ToString()).Order().Prepend(operation.Action));
}
