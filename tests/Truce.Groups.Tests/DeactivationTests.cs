using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>The expelled member's own side deactivates it first.</summary>
public sealed class DeactivationTests
{
    private readonly Scene _scene = new Scene().Joined("abc", deactivate: "off");

    [Fact]
    public void It_is_asked_for_before_the_expulsion_takes_effect()
    {
        Expel(Scene.AtOnce);
        Assert.Equal("c: phase 1 deactivate by off: why", _scene.Told());
        Assert.Equal("abc", _scene.Providers);
        _scene.Vote("c", VoteChoice.Approve);
        Assert.Equal("abc: Approved expel c deactivation done = ab ''0 | a done", _scene.Told());
    }

    [Fact]
    public void It_comes_after_the_vote_of_the_others()
    {
        Expel(Scene.Voted);
        Assert.Equal("ab: phase 1 expel c", _scene.Told());
        _scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal("c: phase 2 deactivate by off: why", _scene.Told());
        _scene.Vote("c", new Vote(VoteChoice.Reject, "busy") { Value = "mine", Message = "no" });
        Assert.Equal("abc: Approved expel c deactivation failed: busy = ab ''0 | a done", _scene.Told());
    }

    [Fact]
    public void Whom_the_others_keep_isnt_asked()
    {
        Expel(Scene.Voted);
        _scene.Vote("a", VoteChoice.Reject);
        Assert.Equal("abc", _scene.Providers);
        Assert.DoesNotContain("deactivate", _scene.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_cant_prevent_the_expulsion_by_silence()
    {
        Expel(Scene.AtOnce);
        _scene.Told();
        _scene.Expire();
        Assert.Equal(
            "abc: late c | abc: Approved expel c deactivation failed: too late = ab ''0 | a done",
            _scene.Told());
    }

    [Fact]
    public void It_cant_prevent_the_expulsion_by_its_end()
    {
        Expel(Scene.AtOnce);
        _scene.Gone('c');
        Assert.Equal("ab", _scene.Providers);
        Assert.Contains("deactivation failed: gone", _scene.Told(), StringComparison.Ordinal);
        Assert.Null(_scene.Group!.Running);
    }

    private void Expel(ProposalTerms terms) =>
        _scene.Ask('a', new GroupRequest.Expel(Scene.Db, Scene.Client('c'), "why", terms));
}
