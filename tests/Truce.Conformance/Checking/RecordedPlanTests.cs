using Truce.Analysis.Checking;
using Truce.Conformance.Judging;
using Truce.Model.Xml;

namespace Truce.Conformance.Checking;

/// <summary>Pacemaker's own recorded plans are the judge of the checker: a finding in one of them is a false alarm.</summary>
public sealed class RecordedPlanTests
{
    [Fact]
    public void The_checker_finds_nothing_wrong_with_recorded_plans()
    {
        string folder = CaseSet.RequireFolder();
        List<string> alarms = [];
        foreach (RecordedCase recorded in CaseSet.Load(folder))
        {
            CibReadResult.Accepted read = Assert.IsType<CibReadResult.Accepted>(
                CibReader.Parse(File.ReadAllText(recorded.InputPath), recorded.Name));
            alarms.AddRange(PlanChecker.Check(read.Cib, recorded.ReadExpected().Graph!)
                .Select(f => $"{recorded.Name}: {f.GetType().Name}: {f.Describe()}"));
        }

        Assert.True(alarms.Count == 0, $"{alarms.Count} false alarms:\n{string.Join('\n', alarms)}");
    }
}
