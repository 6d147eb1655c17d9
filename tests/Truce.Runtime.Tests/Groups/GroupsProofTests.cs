using Truce.Contracts;
using Truce.Contracts.Groups;

namespace Truce.Runtime.Tests.Groups;

/// <summary>What the server learns from its node's controller, and what follows for fenced groups and
/// claims.</summary>
public sealed class GroupsProofTests
{
    private static readonly TimeSpan s_leaseAndMargin = TimeSpan.FromSeconds(13);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly GroupsRoleWorld _world = new GroupsRoleWorld().Opened();

    [Fact]
    public void A_fenced_claim_of_a_lost_node_passes_on_once_the_controller_says_that_it_is_off()
    {
        TestClient holder = _world[0].Session(), waits = _world[1].Session();
        holder.Ask(id => new GroupsRequest.Claim(id, "lead", Fence: WireFence.Required));
        waits.Ask(id => new GroupsRequest.Claim(id, "lead", Fence: WireFence.Required));
        _world[1].Controller(ClientProtocol.Version);
        _world.ChangeView(_world[1], _world[2]);
        _world.Pass(s_leaseAndMargin * 2);
        Assert.Null(waits.AnswerTo(1));
        WireClaim claim = Assert.Single(Looks().Claims);
        Assert.Equal((WireClaimState.Unproven, "n1"), (claim.State, claim.Node));
        Proven("n1", "n1.0");
        Assert.Null(waits.AnswerTo(1));
        Proven("n1", "n1.1");
        Assert.Equal(WireResult.Done, waits.AnswerTo(1)?.Result);
    }

    [Fact]
    public void The_members_are_told_what_is_waited_for_and_what_proved_it()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        WireAttributes fenced = new(Fence: WireFence.Required);
        a.Ask(id => new GroupsRequest.Join(id, "g", "a", fenced));
        b.Ask(id => new GroupsRequest.Join(id, "g", "b", fenced));
        _world[2].Controller(ClientProtocol.Version);
        a.Close();
        WireUnproven waited =
            Assert.Single(b.Lines.OfType<GroupsReply.Unproven>().Single().Now.Unproven!.Value);
        Assert.Equal((a.Name, "n1", "client-failed"), (waited.Client, waited.Node, waited.Cause));
        _world.ChangeView(_world[1], _world[2]);
        _world[2].Tell("watch", new ClientReply.Changed());
        Assert.Equal(["Greet", "Watch", "GetDeaths"], _world[2].Asked.Select(r => r.GetType().Name));
        _world[2].Tell("deaths", Deaths("n1", "n1.1"));
        _world.Pass(s_second * 2);
        GroupsReply.Changed last = b.Lines.OfType<GroupsReply.Changed>().Last();
        Assert.Equal(("client-failed", "shot"), (last.Changes.Single().Cause, last.Changes.Single().Proof));
        Assert.Null(last.Now.Unproven);
        Assert.Single(last.Now.Members);
    }

    [Fact]
    public void What_is_owed_is_kept_before_the_client_is_told()
    {
        TestClient a = _world[0].Session();
        a.Ask(id => new GroupsRequest.Claim(id, "lead"));
        Assert.Empty(_world[0].Kept);
        a.Ask(id => new GroupsRequest.Claim(id, "other", Fence: WireFence.Required));
        Assert.Equal(["claim other"], _world[0].Kept);
        Assert.Empty(_world[1].Kept);
        a.Ask(id => new GroupsRequest.Release(id, "other"));
        Assert.Empty(_world[0].Kept);
    }

    [Fact]
    public void A_controller_is_asked_again_when_its_answer_may_be_old_and_not_at_every_change()
    {
        _world[0].Controller(ClientProtocol.Version);
        for (int change = 0; change < 10; change++)
            _world[0].Tell("watch", new ClientReply.Changed());
        Assert.Equal(1, _world[0].Asked.Count(r => r is ClientRequest.GetDeaths));
        _world.Pass(s_second);
        Assert.Equal(2, _world[0].Asked.Count(r => r is ClientRequest.GetDeaths));
        _world.Pass(s_second);
        Assert.Equal(2, _world[0].Asked.Count(r => r is ClientRequest.GetDeaths));
    }

    [Fact]
    public void A_controller_of_an_earlier_version_is_asked_for_nothing()
    {
        _world[0].Controller(3);
        Assert.Equal(["Greet"], _world[0].Asked.Select(r => r.GetType().Name));
    }

    [Fact]
    public void What_isnt_an_answer_ends_the_link_to_the_controller_and_nothing_else()
    {
        TestClient client = _world[0].Session();
        _world[0].Controller(ClientProtocol.Version);
        _world[0].Link(new Truce.Ports.LinkEvent.Received(new Truce.Ports.LinkId(2), "{"u8.ToArray()));
        Assert.True(_world[0].IsControllerClosed);
        Assert.Null(client.Bye);
    }

    private GroupsReply.Listed Looks()
    {
        TestClient looks = _world[2].Connect();
        looks.Write(new GroupsRequest.Hello(1, ConnectionUse.Look));
        looks.Write(new GroupsRequest.List(1));
        return looks.Lines.OfType<GroupsReply.Listed>().Single();
    }

    private void Proven(string node, string boot)
    {
        _world[1].Tell("deaths", Deaths(node, boot));
        _world.Pass(s_second * 2);
    }

    private static ClientReply.Deaths Deaths(string node, string boot) =>
        new([new ProvenDeath(node, boot, ProvenDeath.Off, "shot")]);
}
