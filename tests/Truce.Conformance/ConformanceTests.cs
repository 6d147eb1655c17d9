using Truce.Conformance.Judging;

namespace Truce.Conformance;

/// <summary>Every recorded case against the scheduler: what was reached once must be reached forever.</summary>
public sealed class ConformanceTests
{
    private static readonly Floors s_floors = Floors.Load();

    [Theory]
    [MemberData(nameof(AllResults.Cases), MemberType = typeof(AllResults))]
    public void The_scheduler_decides_as_recorded_in(string name)
    {
        CaseSet.RequireFolder();
        CaseResult result = AllResults.ByName[name];
        string missing = $"short of {string.Join(' ', result.Short)} {result.Failure}";
        Assert.SkipWhen(
            result.Short.Count > 0 && s_floors.Of(result.Case.Folder).Short.Contains(name), missing);
        Assert.True(result.Short.Count == 0, missing);
    }

    [Theory]
    [MemberData(nameof(AllResults.Sets), MemberType = typeof(AllResults))]
    public void No_level_falls_below_what_was_reached(string set)
    {
        CaseSet.RequireFolder();
        CaseResult[] results = [.. AllResults.ByName.Values.Where(r => Floor.NameOf(r.Case.Folder) == set)];
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            s_floors.Raise(set, results);
        IReadOnlyDictionary<Level, int> reached = ConformanceTable.Count(results);
        Assert.All(s_floors.Of(set).Levels, floor => Assert.True(
            reached[Enum.Parse<Level>(floor.Key)] >= floor.Value,
            $"{floor.Key}: {reached[Enum.Parse<Level>(floor.Key)]} < {floor.Value}"));
    }
}
