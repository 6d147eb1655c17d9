using Truce.Control.Components;
using Truce.Model;

namespace Truce.Control.Tests;

/// <summary>Supervisors that are gone are told after a while; this node's own is waited for.</summary>
public sealed class SupervisorWatchTests
{
    private static readonly NodeId s_self = new("n1");
    private static readonly NodeId s_other = new("n2");
    private readonly SupervisorWatch _watch = new(s_self, TimeSpan.FromSeconds(60));

    [Fact]
    public void A_restart_is_told_to_nobody()
    {
        _watch.Went(s_self, At(0));
        Assert.Equal(SupervisorStep.None, _watch.Step(At(4)));
        Assert.False(_watch.Came(s_self));
        Assert.Equal(SupervisorStep.None, _watch.Step(At(100)));
        Assert.Null(_watch.NextTimer);
    }

    [Fact]
    public void One_that_stays_away_is_told_once_and_again_when_it_is_back()
    {
        _watch.Went(s_other, At(0));
        Assert.Equal(At(5), _watch.NextTimer);
        Assert.Equal(SupervisorStep.Tell, _watch.Step(At(5)));
        Assert.Equal([s_other], _watch.Missing);
        Assert.Equal(SupervisorStep.None, _watch.Step(At(6)));
        Assert.True(_watch.Came(s_other));
        Assert.Empty(_watch.Missing);
    }

    [Fact]
    public void Another_nodes_supervisor_is_no_reason_to_leave()
    {
        _watch.Went(s_other, At(0));
        _watch.Step(At(5));
        Assert.Equal(SupervisorStep.None, _watch.Step(At(1000)));
    }

    [Fact]
    public void Without_its_own_a_node_leaves_once_after_the_grace()
    {
        _watch.Went(s_self, At(0));
        Assert.Equal(SupervisorStep.Tell, _watch.Step(At(5)));
        _watch.Went(s_self, At(50));
        Assert.Equal(SupervisorStep.None, _watch.Step(At(59)));
        Assert.Equal(At(60), _watch.NextTimer);
        Assert.Equal(SupervisorStep.Leave, _watch.Step(At(60)));
        Assert.Equal(SupervisorStep.None, _watch.Step(At(200)));
    }

    [Fact]
    public void A_member_that_no_supervisor_speaks_for_is_missing_one_until_it_is_no_member()
    {
        _watch.Came(s_self);
        _watch.Expect([s_self, s_other], At(0));
        Assert.Equal(SupervisorStep.Tell, _watch.Step(At(5)));
        Assert.Equal([s_other], _watch.Missing);
        _watch.Expect([s_self], At(6));
        Assert.Empty(_watch.Missing);
    }

    [Fact]
    public void Without_a_grace_it_stays()
    {
        SupervisorWatch patient = new(s_self, null);
        patient.Went(s_self, At(0));
        Assert.Equal(SupervisorStep.Tell, patient.Step(At(5)));
        Assert.Equal(SupervisorStep.None, patient.Step(At(100_000)));
    }

    [Fact]
    public void A_grace_that_a_restart_can_exceed_is_refused()
    {
        Assert.NotNull(SupervisorWatch.Objection(TimeSpan.FromSeconds(9)));
        Assert.Null(SupervisorWatch.Objection(TimeSpan.FromSeconds(10)));
    }

    private static Instant At(int second) => default(Instant).Plus(TimeSpan.FromSeconds(second));
}
