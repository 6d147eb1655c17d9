using System.Text;
using Truce.Model.Xml;

namespace Truce.Model.Tests;

/// <summary>
/// Malformed and hostile CIBs, one file each under bad/CLASS/WHAT.xml, with what is said about it beside it
/// in WHAT.txt. TRUCE_ACCEPT=1 writes those anew.
/// </summary>
public sealed class BadInputTests
{
    private static readonly string s_folder =
        Path.Combine(RepositoryFolder.Path, "tests", "Truce.Model.Tests", "bad");

    // Low enough that the files for them stay small.
    private static readonly CibLimits s_limits = new() { MaxElements = 250, MaxCharacters = 30_000 };

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(s_folder, "*.xml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(s_folder, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Is_refused_with_place_and_remedy(string file)
    {
        CibReadResult.Refused refused = Assert.IsType<CibReadResult.Refused>(Read(file));
        Finding[] errors = [.. refused.Findings.Where(f => f.Severity == Severity.Error)];
        Assert.NotEmpty(errors);
        Assert.All(errors, e =>
            Assert.True(e.Remedy.Length > 0 && e.Message.Length > 0 && e.Element.Length > 0, e.ToString()));
        Assert.All(errors, e => Assert.True(e is { Line: > 0, Column: > 0 }, e.ToString()));
        AssertGolden(Path.ChangeExtension(file, ".txt"), refused.Findings);
    }

    [Fact]
    public void Every_class_has_at_least_five_files()
    {
        foreach (string folder in Directory.EnumerateDirectories(s_folder))
            Assert.True(Directory.EnumerateFiles(folder, "*.xml").Count() >= 5, folder);
    }

    [Fact]
    public void The_findings_that_are_listed_are_limited_and_errors_come_before_remarks()
    {
        string resources = string.Concat(Enumerable.Range(0, 500).Select(i => CibText.Dummy($"a{i}",
            $"""<meta_attributes id="m{i}"><nvpair id="p{i}" name="unheard-of" value="x"/></meta_attributes>""")));
        CibReadResult result = CibReader.Parse(CibText.Of(resources + "<nonsense/>"));
        CibReadResult.Refused refused = Assert.IsType<CibReadResult.Refused>(result);
        Assert.Equal(CibLimits.Default.MaxFindings + 1, refused.Findings.Count);
        Assert.Contains(refused.Findings, f => f.Id == FindingIds.UnknownElement);
        Assert.Equal(FindingIds.More, refused.Findings[^1].Id);
    }

    [Fact]
    public void Secrets_do_not_appear_in_findings()
    {
        CibReadResult result = CibReader.Parse(CibText.Of("""
            <primitive id="f" class="stonith" type="fence_xvm"><instance_attributes id="i"><nvpair id="p" name="passwd" value="hunter2" vaule="hunter3"/></instance_attributes></primitive>
            """));
        Assert.DoesNotContain("hunter", string.Join('\n', result.Findings), StringComparison.Ordinal);
    }

    private static CibReadResult Read(string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(s_folder, file));
        return CibReader.Read(stream, Path.GetFileName(file), s_limits);
    }

    private static void AssertGolden(string file, EquatableArray<Finding> findings)
    {
        StringBuilder text = new();
        foreach (Finding finding in findings)
            text.Append(finding.Severity).Append(' ').Append(finding.Id).Append('\n').Append(finding).Append('\n');
        string path = Path.Combine(s_folder, file);
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(path, text.ToString());
        Assert.Equal(File.ReadAllText(path), text.ToString());
    }
}
