using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Truce.Architecture.Tests;

/// <summary>Holds the projects to the map in docs/architecture.md: the table there is what is
/// tested.</summary>
public sealed partial class ProjectReferenceTests
{
    private static readonly Dictionary<string, Entry> s_map = Read();

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Source).Select(d => Path.GetFileName(d)!)];

    private static string Source => Path.Combine(Repository.Root, "src");

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_the_map_allows(string project)
    {
        Assert.True(s_map.TryGetValue(project, out Entry? entry), $"{project} is not on the map");
        IEnumerable<string> used = Load(project).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Empty(used.Except(entry.MayUse));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Exactly_the_projects_that_the_map_calls_pure_are_pure(string project)
    {
        bool declared = Load(project).Descendants("TrucePure").Any(p => p.Value == "true");
        Assert.Equal(s_map[project].IsPure, declared);
    }

    [Fact]
    public void The_map_names_only_what_exists() => Assert.Empty(
        s_map.Keys.Concat(s_map.Values.SelectMany(e => e.MayUse)).Except(Projects.Select(p => p.Data)));

    [Fact]
    public void What_is_pure_uses_only_what_is_pure() => Assert.All(
        s_map.Values.Where(e => e.IsPure).SelectMany(e => e.MayUse), used =>
            Assert.True(s_map[used].IsPure, used));

    private static Dictionary<string, Entry> Read() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success).ToDictionary(
                row => row.Groups["name"].Value,
                row => new Entry(row.Groups["pure"].Value == "yes", Names(row.Groups["uses"].Value)));

    private static string[] Names(string uses) =>
        [.. uses.Split(',').Select(u => u.Trim()).Where(u => u.Length > 0).Select(u => $"Truce.{u}")];

    private static XDocument Load(string project) =>
        XDocument.Load(Path.Combine(Source, project, project + ".csproj"));

    [GeneratedRegex(@"^\| `(?<name>Truce\.[\w.]+)` \|[^|]*\| (?<pure>yes)? ?\| ?(?<uses>[\w., ]*)\|$")]
    private static partial Regex Row();

    private sealed record Entry(bool IsPure, IReadOnlyList<string> MayUse);
}
