using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Runtime.Controller.Gate;

namespace Truce.Runtime.Tests.Gate;

/// <summary>Members tell each other which agents they have.</summary>
public sealed class AgentOffersTests : IWorker
{
    private static readonly EngineMember s_n1 = new(new NodeId("n1"), 1);
    private static readonly EngineMember s_n2 = new(new NodeId("n2"), 2);
    private static readonly EngineMember s_n3 = new(new NodeId("n3"), 3);
    private readonly List<PeerMessage> _sent = [];
    private readonly AgentOffers _offers;
    private EquatableArray<string> _disk = ["ocf:heartbeat:Dummy"];
    private Func<CancellationToken, object>? _looking;

    public AgentOffersTests()
    {
        _offers = new AgentOffers(new OfferMeans(this, () => _disk), s_n1.Node, _sent.Add);
        _offers.Start(At(0));
    }

    [Fact]
    public void What_a_node_has_is_told_in_each_view_and_when_it_changes_and_not_otherwise()
    {
        Look();
        Assert.Empty(_sent);
        _offers.ViewChanged([s_n1, s_n2]);
        Assert.Equal(["ocf:heartbeat:Dummy"], Told(1));
        _offers.TimePassed(At(30));
        Assert.Null(_looking);
        _offers.TimePassed(At(60));
        Look();
        Assert.Single(_sent);
        _disk = ["ocf:heartbeat:Dummy", "ocf:mine:db"];
        _offers.TimePassed(At(120));
        Look();
        Assert.Equal(["ocf:heartbeat:Dummy", "ocf:mine:db"], Told(2));
        _offers.ViewChanged([s_n1, s_n2, s_n3]);
        Assert.Equal(2, Told(3).Count);
    }

    [Fact]
    public void What_others_have_counts_as_long_as_they_are_there()
    {
        _offers.ViewChanged([s_n1, s_n2, s_n3]);
        _offers.Heard(s_n1, Offer("ocf:heartbeat:Dummy"));
        _offers.Heard(s_n2, Offer("ocf:mine:db"));
        _offers.Heard(s_n3, Offer("ocf:mine:web"));
        Assert.Equal([s_n2.Node, s_n3.Node], _offers.Others.Keys);
        Assert.Equal(["ocf:mine:db"], _offers.Others[s_n2.Node]);
        _offers.ViewChanged([s_n1, s_n3]);
        Assert.Equal([s_n3.Node], _offers.Others.Keys);
        // Late, from the view before.
        _offers.Heard(s_n2, Offer("ocf:mine:db"));
        Assert.Equal([s_n3.Node], _offers.Others.Keys);
    }

    [Fact]
    public void More_than_any_node_has_is_as_good_as_nothing_said()
    {
        _offers.ViewChanged([s_n1, s_n2]);
        _offers.Heard(s_n2, Offer("ocf:mine:db"));
        _offers.Heard(s_n2, Offer([.. Enumerable.Range(0, 5_000).Select(i => $"ocf:mine:a{i}")]));
        Assert.Empty(_offers.Others);
        _offers.Heard(s_n2, Offer(new string('a', 300)));
        Assert.Empty(_offers.Others);
        _disk = [.. Enumerable.Range(0, 5_000).Select(i => $"ocf:mine:a{i}")];
        Look();
        Assert.Empty(_sent);
    }

    [Fact]
    public void A_node_that_is_alone_tells_nobody()
    {
        Look();
        _offers.ViewChanged([s_n1]);
        Assert.Empty(_sent);
    }

    void IWorker.Request(long requestId, Func<CancellationToken, object> work) => _looking = work;

    private static PeerMessage.Offers Offer(params ImmutableArray<string> agents) =>
        new(default, [.. agents]);

    private static Instant At(long seconds) => new(seconds * 1_000_000_000);

    private void Look()
    {
        _offers.Found((AgentsFound)_looking!(CancellationToken.None));
        _looking = null;
    }

    private EquatableArray<string> Told(int messages)
    {
        Assert.Equal(messages, _sent.Count);
        return Assert.IsType<PeerMessage.Offers>(_sent[^1]).Agents;
    }
}
