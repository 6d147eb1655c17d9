using System.Xml;
using System.Xml.Linq;
using Truce.Analysis.Importing;
using Truce.Scheduler;

namespace Truce.Analysis.Tests.Importing;

/// <summary>
/// Clusters that somebody ran, imported one after the other: each element and XML attribute is answered for
/// by one line, and none that isn't in the imported configuration is said to be taken over. Both are counted
/// here by other means than the importer's.
/// </summary>
public sealed class RecordedImportTests
{
    private static readonly Dictionary<string, string> s_words = new()
    {
        ["Master"] = "Promoted", ["Slave"] = "Unpromoted", ["normal"] = "member", ["inf"] = "INFINITY",
        ["+inf"] = "INFINITY", ["-inf"] = "-INFINITY", ["+INFINITY"] = "INFINITY",
        ["1"] = "true", ["yes"] = "true", ["on"] = "true", ["y"] = "true",
        ["0"] = "false", ["no"] = "false", ["off"] = "false", ["n"] = "false",
    };

    [Fact]
    public void Nothing_of_a_recorded_cluster_is_dropped_in_silence()
    {
        string folder = Path.Combine(
            Environment.GetEnvironmentVariable("TRUCE_CASES")?.Split(':')[0]
                ?? Path.Combine(RepositoryFolder.Path, "..", "shared", "scheduler-cases"), "xml");
        Assert.False(!Directory.Exists(folder) && Environment.GetEnvironmentVariable("CI") == "true",
            "CI=true, but TRUCE_CASES names no folder");
        Assert.SkipWhen(!Directory.Exists(folder), "no recorded cases here (TRUCE_CASES)");
        List<string> wrong = [];
        foreach (string file in Directory.GetFiles(folder, "*.xml").Order(StringComparer.Ordinal))
            wrong.AddRange(Judged(Path.GetFileName(file), File.ReadAllText(file)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_part_that_nobody_thought_of_is_told()
    {
        Ledger ledger = new();
        XElement source = XElement.Parse(
            "<configuration><a id='1' x='2' y='yes'/><b id='2'/></configuration>");
        new Correspondence(ledger, XElement.Parse("<configuration><a id='1' y='true'/></configuration>"))
            .Compare(source);
        Assert.Equal(["rewritten", "left-out"], ledger.Lines().Select(l => l.Id));
    }

    [Fact]
    public void What_is_said_to_be_taken_over_and_is_not_there_is_found()
    {
        string xml = Document("<primitive id='a' class='ocf' provider='pacemaker' type='Dummy'/>");
        ImportReport report =
            Importer.Read(xml, "a.xml", Planner.Plan, DateTimeOffset.UnixEpoch.AddYears(53));
        Assert.Empty(Lost(report, xml));
        Assert.Contains(Lost(report with { Xml = Document("") }, xml),
            f => f.StartsWith("PRIMITIVE[@ID='A'] TYPE=", StringComparison.Ordinal));
    }

    private static string Document(string resources) =>
        $"<configuration><crm_config/><nodes/><resources>{resources}</resources><constraints/>"
        + "</configuration>";

    private static IEnumerable<string> Judged(string name, string xml)
    {
        ImportReport report = Importer.Read(xml, name, Planner.Plan, DateTimeOffset.UnixEpoch.AddYears(53));
        (int elements, int attributes) = Count(xml);
        if (report.Lines.Sum(l => l.Elements) != elements)
            yield return $"{name}: {elements} elements, told {report.Lines.Sum(l => l.Elements)}";
        if (report.Lines.Sum(l => l.Attributes) != attributes)
            yield return $"{name}: {attributes} attributes, told {report.Lines.Sum(l => l.Attributes)}";
        if (report.Xml is null)
        {
            yield return $"{name}: refused: {report.Of(ImportVerdict.Unsupported)[0].Message}";
            yield break;
        }

        if (!report.Takeover.IsKnown
            && !report.Takeover.Remark.StartsWith("there is no status", StringComparison.Ordinal))
            yield return $"{name}: {report.Takeover.Remark}";
        foreach (string lost in Lost(report, xml))
            yield return $"{name}: {lost} is said to be taken over, and isn't there";
    }

    private static (int Elements, int Attributes) Count(string xml)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(xml));
        (int elements, int attributes) = (0, 0);
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
                (elements, attributes) = (elements + 1, attributes + reader.AttributeCount);
        }

        return (elements, attributes);
    }

    // As facts, without the tree: ELEMENT, its id, the attribute and its value.
    private static IEnumerable<string> Lost(ImportReport report, string xml)
    {
        HashSet<string> told = [.. report.Lines.Where(l => l.Verdict != ImportVerdict.TakenOver)
            .Select(l => l.Element)];
        HashSet<string> loaded = [.. XElement.Parse(report.Xml!).DescendantsAndSelf().SelectMany(Facts)];
        XElement root = XElement.Parse(xml);
        XElement configuration = root.Name == "configuration" ? root : root.Element("configuration")!;
        return configuration.Descendants()
            .Where(e => !e.AncestorsAndSelf().Any(
                a => a.Attribute("id") is not null && told.Contains(Label(a))))
            .SelectMany(Facts).Where(f => !loaded.Contains(f));
    }

    private static IEnumerable<string> Facts(XElement element) => element.Attributes().Select(a =>
        $"{Label(element)} {a.Name}={s_words.GetValueOrDefault(a.Value, a.Value)}".ToUpperInvariant());

    private static string Label(XElement element) => element.Attribute("id") is { } id
        ? $"{element.Name}[@id='{id.Value}']" : $"{element.Name}";
}
