using Truce.Conformance.Judging;

namespace Truce.Conformance.Checking;

/// <summary>The scheduler's own plans before the checker, which shares no code with it.</summary>
public sealed class MadePlanTests
{
    [Theory]
    [MemberData(nameof(AllResults.Cases), MemberType = typeof(AllResults))]
    public void The_checker_finds_nothing_wrong_with_the_plan_for(string name)
    {
        CaseSet.RequireFolder();
        CaseResult result = AllResults.ByName[name];
        Assert.Null(result.Failure);
        Assert.True(result.Findings.Count == 0, string.Join("; ", result.Findings));
    }
}
