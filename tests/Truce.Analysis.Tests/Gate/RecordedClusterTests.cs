using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Analysis.Tests.Gate;

/// <summary>
/// Clusters that somebody ran pass every rule of the gate but those about what Truce can't run yet. The plans that the gate makes
/// for them too are left to <c>make verify-safe</c>: they take a minute.
/// </summary>
public sealed class RecordedClusterTests
{
    [Fact]
    public void Recorded_clusters_are_refused_only_for_what_cannot_be_run_yet()
    {
        string folder = Path.Combine(
            Environment.GetEnvironmentVariable("TRUCE_CASES")?.Split(':')[0]
                ?? Path.Combine(RepositoryFolder.Path, "..", "shared", "scheduler-cases"), "xml");
        Assert.False(!Directory.Exists(folder) && Environment.GetEnvironmentVariable("CI") == "true", "CI=true, but TRUCE_CASES names no folder");
        Assert.SkipWhen(!Directory.Exists(folder), "no recorded cases here (TRUCE_CASES)");
        List<string> wrong = [];
        foreach (string file in Directory.GetFiles(folder, "*.xml").Order(StringComparer.Ordinal))
        {
            string xml = File.ReadAllText(file);
            Cib cib = ((CibReadResult.Accepted)CibReader.Parse(xml)).Cib;
            wrong.AddRange(Judge.Look(new RuleInput(cib), xml, Path.GetFileName(file), []).Findings
                .Where(f => f.Severity == Severity.Error && !CannotBeRun(f.Id)).Select(f => f.ToString()));
        }

        Assert.Empty(wrong);
    }

    // Four test clusters have OCF agents by their whole path, which no node ever ran.
    private static bool CannotBeRun(string id) =>
        id.StartsWith("unsupported-", StringComparison.Ordinal) || id == "impossible-agent-name";
}
