namespace Truce.Model.Xml;

/// <summary>
/// The ids of the configuration and the references to them. Checked when the whole document has been read,
/// since a reference may come before what it means.
/// </summary>
internal sealed class ReferenceLedger(FindingLog log)
{
    /// <summary>What constraints may name.</summary>
    public static readonly string[] Placeable =
        ["primitive", "group", "clone", "master", "bundle", "template", "tag"];

    private readonly record struct Reference(string Id, string[] Kinds, Place Place);

    private readonly Dictionary<string, (string Kind, int Line)> _ids = [];
    private readonly HashSet<string> _nodes = [];
    private readonly List<Reference> _references = [];

    /// <summary>Enters an id; a second one of that name is an error.</summary>
    public void Define(string id, string kind, XmlAttributes attributes)
    {
        if (id.Length == 0)
        {
            attributes.Refuse("id", "the id is empty", "give it a name");
            return;
        }

        if (_ids.TryAdd(id, (kind, attributes.Element.Line)))
            return;
        (string otherKind, int line) = _ids[id];
        log.Error(FindingIds.DuplicateId, attributes.PlaceOf("id"),
            $"the id '{id}' is already used by the {otherKind} in line {line}",
            "give one of them another id");
    }

    /// <summary>Enters a node's name and id, which tags and permissions may name.</summary>
    public void DefineNode(string name) => _nodes.Add(name);

    /// <summary>Enters a reference; no kinds means anything with an id.</summary>
    public void Refer(string id, Place place, params string[] kinds) =>
        _references.Add(new Reference(id, kinds, place));

    /// <summary>Reports references to nothing, or to something of another kind.</summary>
    public void Check()
    {
        foreach (Reference reference in _references)
            Check(reference);
    }

    private void Check(Reference reference)
    {
        if (_ids.TryGetValue(reference.Id, out (string Kind, int Line) target))
        {
            if (reference.Kinds.Length > 0 && !reference.Kinds.Contains(target.Kind))
            {
                Report(reference, $"'{reference.Id}' (line {target.Line}) is of the kind {target.Kind}, "
                    + $"not {Join(reference.Kinds)}");
            }

            return;
        }

        if (reference.Kinds.Length > 0 || !_nodes.Contains(reference.Id))
            Report(reference, $"there is no {Join(reference.Kinds)} with the id '{reference.Id}'");
    }

    private void Report(Reference reference, string message)
    {
        string? nearest = log.Nearest(reference.Id,
            _ids.Where(i => reference.Kinds.Length == 0 || reference.Kinds.Contains(i.Value.Kind)).Select(i =>
                i.Key));
        log.Error(FindingIds.DanglingReference, reference.Place, message,
            nearest is null ? "remove the reference, or add what it refers to"
                : $"remove the reference, or write '{nearest}' if that was meant");
    }

    private static string Join(string[] kinds) => kinds.Length switch
    {
        0 => "element",
        1 => kinds[0],
        _ => string.Join(", ", kinds[..^1]) + " or " + kinds[^1],
    };
}
