namespace Truce.Simulator.Tests;

/// <summary>The mutations that prove the checkers must still fit the sources they are planted in.</summary>
public sealed class MutationListTests
{
    private static readonly string[] s_all =
        ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "L1", "access"];

    private static readonly string[] s_promises = ["S1", "S2", "S3", "S4", "S5", "S6", "L1"];

    [Fact]
    public void Every_text_that_a_mutation_replaces_is_there_exactly_once()
    {
        Assert.All(
            Truce.Sim.MutationSet.Sets, s => Assert.Empty(Truce.Sim.MutantTree.Problems(Root(), s)));
    }

    [Fact]
    public void The_fuzzer_has_ten_mutations_or_more_to_find()
    {
        Assert.True(Truce.Sim.FuzzMutationList.All.Count >= 10);
        Assert.True(Truce.Sim.FuzzMutationList.All.Select(m => m.Promise).Distinct().Count() >= 8);
    }

    [Fact]
    public void Every_promise_has_three_mutations_or_more()
    {
        Assert.All(
            s_promises,
            p => Assert.True(Truce.Sim.MutationList.All.Count(m => m.Promise == p) >= 3, p));
    }

    [Fact]
    public void Eighty_mistakes_or_more_bear_names_of_their_own_and_every_promise_has_some()
    {
        IReadOnlyList<Truce.Sim.Mutation> all = Truce.Sim.SemanticMutationList.All;
        Assert.True(all.Count >= 80, $"{all.Count}");
        Assert.Equal(all.Count, all.Select(m => m.Name).Distinct().Count());
        Assert.Empty(s_all.Except(all.Select(m => m.Promise)));
    }

    [Fact]
    public void Forty_rules_or_more_of_the_scheduler_have_a_golden_case_of_their_name()
    {
        string[] names = [.. Truce.Sim.RuleMutationList.All.Select(r => r.Name)];
        string cases = Path.Combine(Root(), "tests", "Truce.Scheduler.Tests", "cases");
        Assert.True(names.Length >= 40, $"{names.Length}");
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, n => Assert.True(File.Exists(Path.Combine(cases, n, "plan.txt")), n));
    }

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Truce.slnx")))
            at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("Truce.slnx not found");
    }
}
