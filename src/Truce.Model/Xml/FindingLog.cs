namespace Truce.Model.Xml;

/// <summary>A place in the document: where an element begins, and what it is called in findings.</summary>
internal readonly record struct Place(int Line, int Column, string Name, string? Id = null)
{
    private const int LongestId = 60;

    /// <summary>The element's name, with its id if it has one. Made only for findings:
    /// few elements are in one.</summary>
    public string Element => Id is null ? Name : $"{Name}[@id='{XmlAttributes.Shorten(Id, LongestId)}']";
}

/// <summary>
/// Thrown where reading can't go on; the finding is already logged. Never leaves the reader.
/// </summary>
internal sealed class ReadingStopped : Exception;

/// <summary>Collects findings up to the limit.</summary>
internal sealed class FindingLog(string file, int max)
{
    private static readonly Dictionary<string, FindingKind> s_kinds = FindingIds.Kinds.ToDictionary(k => k.Id);

    private readonly List<Finding> _findings = [];
    private int _left;

    public bool HasErrors { get; private set; }

    /// <summary>
    /// The name that was probably meant. None once the log is full: a document of a million
    /// mistakes mustn't cost a million searches.
    /// </summary>
    public string? Nearest(string name, IEnumerable<string> known) =>
        _findings.Count < max ? NearestName.Find(name, known) : null;

    public void Error(string id, Place place, string message, string remedy) =>
        Add(Severity.Error, id, place, message, remedy);

    public void Warning(string id, Place place, string message, string remedy) =>
        Add(Severity.Warning, id, place, message, remedy);

    public void Information(string id, Place place, string message, string remedy) =>
        Add(Severity.Information, id, place, message, remedy);

    private void Add(Severity severity, string id, Place place, string message, string remedy) =>
        Add(new Finding(id, severity, file, place.Line, place.Column, place.Element, message, remedy)
        {
            Consequence = s_kinds[id].Consequence,
            ElementId = place.Id,
        });

    private void Add(Finding finding)
    {
        HasErrors |= finding.Severity == Severity.Error;
        if (_findings.Count < max)
            _findings.Add(finding);
        else if (finding.Severity == Severity.Error && ReplaceLastRemark(finding))
            _left++;
        else
            _left++;
    }

    // Errors must not drown in warnings: the cause of a refusal is always listed.
    private bool ReplaceLastRemark(Finding error)
    {
        int last = _findings.FindLastIndex(f => f.Severity != Severity.Error);
        if (last < 0)
            return false;
        _findings.RemoveAt(last);
        _findings.Add(error);
        return true;
    }

    public EquatableArray<Finding> ToArray()
    {
        if (_left == 0)
            return [.. _findings];
        Finding more = new(FindingIds.More, Severity.Information, file, 0, 0, "cib", $"{_left} more findings",
            "fix these and read again");
        return [.. _findings, more];
    }
}
