using Truce.Analysis.Findings;
using Truce.Gate;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.Tests.Gate;

/// <summary>
/// Configurations that the schema accepts and that can't be executed, or explode, and near twins of them that are fine. What
/// only a live cluster knows (files that begin with live-) is left to <c>make verify-safe</c>, which hands all of them to a lab.
/// </summary>
public sealed class GateCaseTests
{
    public static TheoryData<string> Hostile => Names("hostile");

    public static TheoryData<string> Twins => Names("twins");

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_ones_are_refused_with_place_and_remedy_or_can_be_planned(string name)
    {
        EquatableArray<Finding> findings = Judged("hostile", name);
        Finding[] errors = [.. findings.Where(f => f.Severity == Severity.Error)];
        Assert.All(errors, e => Assert.True(e is { Line: > 0, Message.Length: > 0, Remedy.Length: > 0 }, e.ToString()));
        // Those that run all the same say so in their name.
        Assert.Equal(!name.StartsWith("runs-", StringComparison.Ordinal), errors.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void Twins_pass(string name) =>
        Assert.DoesNotContain(Judged("twins", name), f => f.Severity == Severity.Error);

    [Fact]
    public void There_are_forty_of_each()
    {
        Assert.True(GateCase.Files(RepositoryFolder.Path, "hostile").Length >= 40);
        Assert.True(GateCase.Files(RepositoryFolder.Path, "twins").Length >= 40);
    }

    private static TheoryData<string> Names(string kind) =>
    [
        .. GateCase.Files(RepositoryFolder.Path, kind).Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(n => !n.StartsWith("live-", StringComparison.Ordinal)),
    ];

    private static EquatableArray<Finding> Judged(string kind, string name)
    {
        string xml = GateCase.Load(Path.Combine(RepositoryFolder.Path, "tests", "Truce.Analysis.Tests", "Gate", kind, name + ".xml"));
        return CibReader.Parse(xml, name) is CibReadResult.Accepted accepted
            ? Judge.Look(
                new RuleInput(accepted.Cib) { Trial = new Trial(accepted.Cib, DateTimeOffset.UnixEpoch.AddYears(55), Planner.Plan) },
                xml, name, accepted.Findings).Findings
            : CibReader.Parse(xml, name).Findings;
    }
}
