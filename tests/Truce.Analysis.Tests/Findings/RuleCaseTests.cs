using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;

namespace Truce.Analysis.Tests.Findings;

/// <summary>
/// Each rule has a folder rules/ID: what it finds (found*.xml) and near twins in which it must find nothing
/// (twin*.xml). A rule that cries at a sound configuration is switched off as a whole, so the twins matter
/// as much.
/// </summary>
public sealed class RuleCaseTests
{
    private static readonly string s_folder = Path.Combine(
        RepositoryFolder.Path, "tests", "Truce.Analysis.Tests", "rules");

    public static TheoryData<string> RuleIds =>
        [.. RuleCatalogue.Rules.Select(r => r.Kind.Id).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Is_found_with_place_consequence_and_remedy(string id)
    {
        foreach (string file in Files(id, "found*.xml"))
        {
            Finding[] found = [.. Found(file).Where(f => f.Id == id)];
            Assert.True(found.Length > 0, file);
            Assert.All(found, f => Assert.True(
                f is { Line: > 0, Column: > 0, Message.Length: > 0, Remedy.Length: > 0,
                    Consequence.Length: > 0 }, f.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Is_not_found_in_near_twins(string id)
    {
        foreach (string file in Files(id, "twin*.xml"))
            Assert.DoesNotContain(Found(file), f => f.Id == id);
    }

    [Fact]
    public void Every_folder_is_a_rule_s()
    {
        string[] folders = [.. Directory.GetDirectories(s_folder).Select(d => Path.GetFileName(d)!)];
        Assert.Empty(folders.Except(RuleCatalogue.Rules.Select(r => r.Kind.Id)));
    }

    [Fact]
    public void Every_rule_is_in_the_catalogue_once()
    {
        string[] classes = [.. typeof(Rule).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Rule)) && !t.IsAbstract).Select(t => t.Name)];
        Assert.Equal(classes.Order(StringComparer.Ordinal),
            RuleCatalogue.Rules.Select(r => r.GetType().Name).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Finding> Found(string file)
    {
        string xml = File.ReadAllText(file);
        return Given.Judged(xml, Corosync(file), Sbd(file)).Findings.Concat(Given.JudgedLive(xml).Findings);
    }

    // Files of the same name beside it: NAME.conf and NAME.sbd of one node, NAME.2.conf of another.
    private static CorosyncFile[] Corosync(string file) =>
    [
        .. Beside(file, "conf").Select(f => new CorosyncFile(
            f, ((CorosyncReadResult.Accepted)CorosyncReader.Parse(File.ReadAllText(f), f)).Root)),
    ];

    private static SbdFile[] Sbd(string file) =>
        [.. Beside(file, "sbd").Select(f =>
            ((SbdReadResult.Accepted)SbdFile.Parse(File.ReadAllText(f), f)).File)];

    private static IEnumerable<string> Beside(string file, string extension) =>
        new[] { extension, "2." + extension }.Select(e => Path.ChangeExtension(file, e)).Where(File.Exists);

    private static string[] Files(string id, string pattern)
    {
        string[] files = Directory.Exists(Path.Combine(s_folder, id))
            ? Directory.GetFiles(Path.Combine(s_folder, id), pattern) : [];
        Assert.True(files.Length > 0, $"rules/{id} has no {pattern}");
        return files;
    }
}
