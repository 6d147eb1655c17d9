using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.Tests.Findings;

/// <summary>Clusters as people build them: what is found in them, and that nothing else is
/// (real-life/README.md).</summary>
public sealed class RealLifeTests
{
    private static readonly string s_folder =
        Path.Combine(RepositoryFolder.Path, "tests", "Truce.Analysis.Tests", "real-life");

    private static readonly DescribedAgents s_agents = new(Path.Combine(s_folder, "agents.txt"));

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(s_folder)
            .Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_found_as_expected_and_nothing_else(string name)
    {
        string folder = Path.Combine(s_folder, name);
        string[] found = [.. Found(folder).Select(f => Line(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            File.ReadAllLines(Path.Combine(folder, "expected.txt")).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void There_are_twenty() => Assert.True(Names.Count >= 20);

    private static EquatableArray<Finding> Found(string folder)
    {
        string xml = File.ReadAllText(Path.Combine(folder, "cib.xml"));
        CibReadResult.Accepted accepted = (CibReadResult.Accepted)CibReader.Parse(xml, "cib.xml");
        RuleInput input = new(accepted.Cib)
        {
            Agents = s_agents,
            Corosync = [.. Directory.GetFiles(folder, "corosync.conf").Select(f => new CorosyncFile(
                f, ((CorosyncReadResult.Accepted)CorosyncReader.Parse(File.ReadAllText(f), f)).Root))],
            Sbd = [.. Directory.GetFiles(folder, "sbd.*").Order(StringComparer.Ordinal).Select(
                f => ((SbdReadResult.Accepted)SbdFile.Parse(File.ReadAllText(f), f)).File)],
            Trial = new Trial(accepted.Cib, DateTimeOffset.UnixEpoch.AddYears(55), Planner.Plan),
        };
        return Judge.Look(input, xml, "cib.xml", accepted.Findings).Findings;
    }

    private static string Line(Finding finding)
    {
        string severity = finding.Severity switch
        {
            Severity.Information => "information",
            Severity.Warning => "warning",
            Severity.Error => "error",
        };
        string file = finding.File == "cib.xml" ? "" : Path.GetFileName(finding.File) + " ";
        return $"{severity} {finding.Id} {file}{finding.Element}";
    }
}
