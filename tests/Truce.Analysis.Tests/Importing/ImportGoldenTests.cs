using Truce.Analysis.Findings;
using Truce.Analysis.Importing;
using Truce.Scheduler;

namespace Truce.Analysis.Tests.Importing;

/// <summary>
/// What <c>truce config import</c> says of small configurations, each with one thing that Pacemaker 3 dropped
/// or that is different in Truce: importing-cases/WHAT.xml, and the report in WHAT.txt. TRUCE_ACCEPT=1 writes
/// those anew.
/// </summary>
public sealed class ImportGoldenTests
{
    private static readonly string s_folder = Path.Combine(
        RepositoryFolder.Path, "tests", "Truce.Analysis.Tests", "importing-cases");

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(s_folder, "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_what_becomes_of_it(string name)
    {
        string said = Report(name);
        string accepted = Path.Combine(s_folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(accepted, said);
        Assert.Equal(File.ReadAllText(accepted), said);
    }

    [Fact]
    public void A_configuration_that_is_written_as_today_is_taken_over_whole()
    {
        ImportReport first = Read("as-it-was");
        ImportReport second = Importer.Read(first.Xml!, "again.xml", Planner.Plan, DateTimeOffset.UnixEpoch);
        Assert.Empty(second.Of(ImportVerdict.Different));
        Assert.Equal(first.Xml, second.Xml);
    }

    [Fact]
    public void A_file_that_is_refused_is_answered_for_by_one_line()
    {
        ImportReport report = Importer.Read(
            "<cib><configuration><crm_config/><nodes/><resources><primitiv id=\"a\"/></resources>"
            + "<constraints/></configuration></cib>", "bad.xml", Planner.Plan, DateTimeOffset.UnixEpoch);
        Assert.False(report.IsAcceptable);
        Assert.Null(report.Xml);
        Assert.Equal(7, report.Lines.Sum(l => l.Elements));
        Assert.Contains(report.Lines, l => l is { Id: "unknown-element", Line: 1 });
    }

    [Fact]
    public void Every_kind_that_has_words_is_in_the_catalogue() =>
        Assert.Empty(FindingWords.Kinds.Except(RuleCatalogue.Kinds.Keys));

    private static string Report(string name)
    {
        using StringWriter text = new();
        ImportText.Write(text, Read(name));
        return text.ToString();
    }

    private static ImportReport Read(string name) => Importer.Read(
        File.ReadAllText(Path.Combine(s_folder, name + ".xml")), name + ".xml", Planner.Plan,
        DateTimeOffset.UnixEpoch.AddYears(53));
}
