using Truce.Model.Xml;

namespace Truce.Model.Tests;

/// <summary>Documents that show all the model knows, and what older schemas become.</summary>
public sealed class GoodInputTests
{
    private static readonly string s_folder =
        Path.Combine(RepositoryFolder.Path, "tests", "Truce.Model.Tests", "good");

    private static CibReadResult Read(string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(s_folder, file));
        return CibReader.Read(stream, file);
    }

    private static void AssertGolden(string file, string text)
    {
        string path = Path.Combine(s_folder, file);
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    [Fact]
    public void Everything_the_model_knows_round_trips_without_a_remark()
    {
        CibReadResult.Accepted accepted = Assert.IsType<CibReadResult.Accepted>(Read("everything.xml"));
        Assert.Empty(accepted.Findings);
        string written = CibWriter.Write(accepted.Cib);
        Assert.Equal(accepted.Cib, CibText.Read(written));
        AssertGolden("everything.written.xml", written);
    }

    [Fact]
    public void Every_value_of_everything_is_written_back()
    {
        string original = File.ReadAllText(Path.Combine(s_folder, "everything.xml"));
        string written = CibWriter.Write(CibText.Accept(Read("everything.xml")));
        Assert.Equal(Values(original), Values(written));
    }

    private static List<string> Values(string xml)
    {
        System.Xml.Linq.XDocument document = System.Xml.Linq.XDocument.Parse(xml);
        return [.. document.Descendants().SelectMany(e =>
            e.Attributes().Select(a => $"{e.Name}/{a.Name}={Plain(a.Value)}"))
            .Concat(document.Descendants().Select(e => e.Name.LocalName)).Order(StringComparer.Ordinal)];
    }

    private static string Plain(string value) => value == "1" ? "true" : value;

    [Fact]
    public void An_older_schema_is_brought_into_todays_form()
    {
        CibReadResult.Accepted accepted = Assert.IsType<CibReadResult.Accepted>(Read("pacemaker-1.0.xml"));
        Assert.All(accepted.Findings, f => Assert.Equal(Severity.Information, f.Severity));
        string written = CibWriter.Write(accepted.Cib);
        AssertGolden("pacemaker-1.0.upgraded.xml", written);
        CibReadResult.Accepted again = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(written));
        Assert.Equal(accepted.Cib, again.Cib);
        Assert.Empty(again.Findings);
    }

    [Theory]
    [InlineData("pacemaker-3.6", "Master")]
    [InlineData("pacemaker-3.7", "Promoted")]
    public void Roles_are_spelled_as_the_schema_knows_them(string schema, string spelling)
    {
        Cib cib = CibText.Read(CibText.Of(CibText.Dummy("a",
            """<operations><op id="o" name="monitor" interval="10s" role="Master"/></operations>"""), schema: schema));
        Assert.Contains($"role=\"{spelling}\"", CibWriter.Write(cib), StringComparison.Ordinal);
        Assert.Equal(cib, CibText.RoundTrip(cib));
    }

    [Fact]
    public void Unknown_names_are_warned_about_with_the_nearest_known_name_and_kept()
    {
        string xml = CibText.Of(options: """
            <cluster_property_set id="s"><nvpair id="n" name="no_quorum-policy" value="ignore"/><nvpair id="m" name="redis_REPL_INFO" value="x"/></cluster_property_set>
            """);
        CibReadResult.Accepted accepted = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml));
        Assert.Equal([Severity.Warning, Severity.Warning], accepted.Findings.Select(f => f.Severity));
        Assert.Contains("no-quorum-policy", accepted.Findings[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("no_quorum-policy", CibWriter.Write(accepted.Cib), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_unknown_in_the_status_is_kept()
    {
        string xml = CibText.Of(status: """<node_state id="1" uname="n1" mood="good"><extra a="1"><inner/>text</extra></node_state><other/>""");
        CibReadResult.Accepted accepted = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml));
        Assert.Equal(["unknown-xml-attribute", "unknown-element", "unknown-element"],
            accepted.Findings.Select(f => f.Id));
        Assert.Equal(accepted.Cib, CibText.RoundTrip(accepted.Cib));
        Assert.Contains("<inner/>", CibWriter.Write(accepted.Cib), StringComparison.Ordinal);
    }
}
