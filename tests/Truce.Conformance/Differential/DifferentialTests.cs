using Truce.Conformance.Differential.Generation;
using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>Made-up clusters: the generator, and a few of its clusters compared with Debian's crm_simulate.</summary>
public sealed class DifferentialTests
{
    private const int Seeds = 60;

    // Two thousand seeds are taken by make verify-scheduler; these few only show that nothing broke at large.
    private const int SameActionsLeast = 30;

    [Fact]
    public void A_seed_always_gives_the_same_cluster() =>
        Assert.Equal(ClusterGenerator.Make(7).Document.ToString(), ClusterGenerator.Make(7).Document.ToString());

    [Fact]
    public void Most_made_up_clusters_are_planned_as_Debian_plans_them()
    {
        Assert.SkipWhen(!DebianSimulator.IsInstalled, "crm_simulate isn't installed");
        IReadOnlyList<SeedResult> results = DifferentialRun.Run(1, Seeds);
        Assert.All(results, r => Assert.Null(r.Result.Failure));
        int same = results.Count(r => r.IsAnswered && r.Equal(Level.L3));
        Assert.True(same >= SameActionsLeast, $"only {same} of {Seeds} have the same actions");
    }
}
