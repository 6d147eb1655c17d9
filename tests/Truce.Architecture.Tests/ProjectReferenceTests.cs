using System.Xml.Linq;

namespace Truce.Architecture.Tests;

/// <summary>Holds the project references to the map in docs/architecture.md.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new()
    {
        ["Truce.Model"] = [],
        ["Truce.Scheduler"] = ["Truce.Model"],
        ["Truce.Control"] = ["Truce.Model", "Truce.Scheduler"],
        ["Truce.Groups"] = ["Truce.Model"],
        ["Truce.Analysis"] = ["Truce.Model", "Truce.Scheduler"],
        ["Truce.Contracts"] = ["Truce.Model"],
        ["Truce.Ports"] = ["Truce.Model"],
        ["Truce.Runtime"] = ["Truce.Control", "Truce.Groups", "Truce.Contracts", "Truce.Ports"],
        ["Truce.Engine.Corosync"] = ["Truce.Ports"],
        ["Truce.Engine.Local"] = ["Truce.Ports"],
        ["Truce.Agents"] = ["Truce.Ports"],
        ["Truce.Simulator"] = ["Truce.Runtime", "Truce.Analysis"],
        ["Truce.Daemon"] =
        [
            "Truce.Model", "Truce.Scheduler", "Truce.Control", "Truce.Groups", "Truce.Analysis", "Truce.Contracts",
            "Truce.Ports", "Truce.Runtime", "Truce.Engine.Corosync", "Truce.Engine.Local", "Truce.Agents",
        ],
        ["Truce.Lab"] = ["Truce.Agents", "Truce.Contracts", "Truce.Client"],
        ["Truce.Client"] = ["Truce.Contracts"],
        ["Truce.Cli"] = ["Truce.Client", "Truce.Analysis", "Truce.Agents", "Truce.Lab", "Truce.Simulator"],
    };

    private static readonly string[] s_pure =
        ["Truce.Model", "Truce.Scheduler", "Truce.Control", "Truce.Groups", "Truce.Analysis"];

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Source).Select(d => Path.GetFileName(d)!)];

    private static string Source => Path.Combine(Repository.Root, "src");

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_the_map_allows(string project)
    {
        Assert.True(s_mayUse.TryGetValue(project, out string[]? allowed), $"{project} is not on the map");
        IEnumerable<string> used = Load(project).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Empty(used.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Exactly_the_deciding_projects_are_pure(string project)
    {
        bool declared = Load(project).Descendants("TrucePure").Any(p => p.Value == "true");
        Assert.Equal(s_pure.Contains(project), declared);
    }

    private static XDocument Load(string project) =>
        XDocument.Load(Path.Combine(Source, project, project + ".csproj"));
}
