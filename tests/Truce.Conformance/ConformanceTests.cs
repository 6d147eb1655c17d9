using Truce.Conformance.Judging;

namespace Truce.Conformance;

/// <summary>Every recorded case against the scheduler: what was reached once must be reached forever.</summary>
public sealed class ConformanceTests
{
    private static readonly Floor s_floor = Floor.Load();

    [Theory]
    [MemberData(nameof(AllResults.Cases), MemberType = typeof(AllResults))]
    public void The_scheduler_decides_as_recorded_in(string name)
    {
        CaseSet.RequireFolder();
        CaseResult result = AllResults.ByName[name];
        string missing = $"short of {string.Join(' ', result.Short)} {result.Failure}";
        Assert.SkipWhen(result.Short.Count > 0 && s_floor.Short.Contains(name), missing);
        Assert.True(result.Short.Count == 0, missing);
    }

    [Theory]
    [InlineData("L0")]
    [InlineData("L1")]
    [InlineData("L2")]
    [InlineData("L2d")]
    [InlineData("L3")]
    [InlineData("L4")]
    [InlineData("L5s")]
    [InlineData("L5")]
    [InlineData("L6")]
    [InlineData("LG")]
    [InlineData("LS")]
    [InlineData("LD")]
    public void No_level_falls_below_what_was_reached(string level)
    {
        CaseSet.RequireFolder();
        int reached = ConformanceTable.Count(AllResults.ByName.Values)[Enum.Parse<Level>(level)];
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            s_floor.Raise([.. AllResults.ByName.Values]).Save();
        Assert.True(reached >= s_floor.Levels.GetValueOrDefault(level), $"{level}: {reached} < {s_floor.Levels.GetValueOrDefault(level)}");
    }
}
