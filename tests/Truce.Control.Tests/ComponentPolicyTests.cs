using Truce.Control.Components;

namespace Truce.Control.Tests;

/// <summary>What the deaths of components lead to.</summary>
public sealed class ComponentPolicyTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);

    [Fact]
    public void An_essential_component_is_respawned_as_often_as_allowed_and_then_the_node_is_reset()
    {
        ComponentPolicy policy = new(2, s_window, ComponentNeed.Essential);
        Assert.Equal(DeathVerdict.Respawn, policy.Died(Given.Second(1)));
        Assert.Equal(DeathVerdict.Respawn, policy.Died(Given.Second(2)));
        Assert.Equal(DeathVerdict.Panic, policy.Died(Given.Second(3)));
    }

    [Fact]
    public void Deaths_outside_the_window_count_for_nothing()
    {
        ComponentPolicy policy = new(1, s_window, ComponentNeed.Essential);
        Assert.Equal(DeathVerdict.Respawn, policy.Died(Given.Second(1)));
        Assert.Equal(DeathVerdict.Respawn, policy.Died(Given.Second(62)));
    }

    [Fact]
    public void An_optional_component_never_costs_the_node()
    {
        ComponentPolicy policy = new(0, s_window, ComponentNeed.Optional);
        Assert.Equal(DeathVerdict.RespawnLater, policy.Died(Given.Second(1)));
        Assert.Equal(DeathVerdict.RespawnLater, policy.Died(Given.Second(2)));
    }

    [Fact]
    public void A_node_that_reset_itself_too_often_stays_out()
    {
        (DateTimeOffset, string) Ago(double minutes) => (Given.Noon - TimeSpan.FromMinutes(minutes), "the controller died");
        Assert.Null(ResetRule.Objection([Ago(1)], Given.Noon));
        Assert.NotNull(ResetRule.Objection([Ago(3), Ago(1)], Given.Noon));
        Assert.Null(ResetRule.Objection([Ago(11), Ago(1)], Given.Noon));
        // A clock that was set back.
        Assert.Null(ResetRule.Objection([Ago(-5), Ago(-3)], Given.Noon));
    }
}

/// <summary>How long peers wait for a controller that is gone.</summary>
public sealed class PeerGraceTests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(ControllerWord.Respawning, 10)]
    [InlineData(ControllerWord.Running, 10)]
    [InlineData(ControllerWord.Gone, 2)]
    [InlineData(ControllerWord.Unknown, 2)]
    public void A_node_is_given_time_while_its_supervisor_says_that_it_respawns(ControllerWord word, int seconds) =>
        Assert.Equal(Given.Second(100 + seconds), PeerGrace.Until(word, Given.Second(100), s_grace));

    [Fact]
    public void A_grace_shorter_than_a_word_takes_is_kept() =>
        Assert.Equal(Given.Second(101), PeerGrace.Until(ControllerWord.Unknown, Given.Second(100), TimeSpan.FromSeconds(1)));
}
