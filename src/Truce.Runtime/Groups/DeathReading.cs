using Truce.Contracts;
using Truce.Groups;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Groups;

/// <summary>
/// Asks this node's controller which boots of nodes are proven to be over: at first, when its answer may be
/// old, and every now and then, since what a view contradicted is forgotten here. Without a controller
/// nothing is ever proven; what waits for proof then waits.
/// </summary>
internal sealed class DeathReading(ILinks links)
{
    private const int DeathsVersion = 4;
    private const string Reading = "deaths";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(10);
    private static readonly ClientCaller s_self = new(0, 0, "groups", Privileged: true);

    private LinkId? _controller;
    private Instant _earliest;

    /// <summary>When it wants to ask; null: there is nobody to ask.</summary>
    public Instant? NextTimer { get; private set; }

    /// <summary>There is a controller.</summary>
    public void Opened(LinkId controller)
    {
        (_controller, NextTimer) = (controller, null);
        Ask("greet", new ClientRequest.Greet(ClientProtocol.Version));
    }

    /// <summary>A link has ended.</summary>
    public void Closed(LinkId link)
    {
        if (link == _controller)
            (_controller, NextTimer) = (null, null);
    }

    /// <summary>What came over a link; all proofs, if it tells them.</summary>
    public EquatableArray<NodeProof>? Received(LinkId link, ReadOnlySpan<byte> payload, Instant now)
    {
        if (link != _controller)
            return null;
        switch (ClientProtocol.DecodeAnswer(payload, out _)?.Reply)
        {
            case ClientReply.Greeting { Version: >= DeathsVersion }:
                NextTimer = now.Plus(s_again);
                Ask("watch", new ClientRequest.Watch());
                break;
            case ClientReply.Changed:
                NextTimer = _earliest.CompareTo(now) > 0 ? _earliest : now;
                TimePassed(now);
                break;
            case ClientReply.Deaths deaths:
                return deaths.Items.Select(Proof).ToEquatableArray();
            case null:
                links.Close(link);
                break;
            case ClientReply.Greeting or ClientReply.Status or ClientReply.Configuration
                or ClientReply.ConfigurationHistory or ClientReply.Events or ClientReply.FenceHistory
                or ClientReply.Done or ClientReply.ToolEnded or ClientReply.Refused:
                break;
        }

        return null;
    }

    /// <summary>Asks if it is time.</summary>
    public void TimePassed(Instant now)
    {
        if (NextTimer is not { } due || due.CompareTo(now) > 0)
            return;
        (_earliest, NextTimer) = (now.Plus(s_pause), now.Plus(s_again));
        Ask(Reading, new ClientRequest.GetDeaths());
    }

    private static NodeProof Proof(ProvenDeath death) => new(
        new NodeId(death.Node), death.Incarnation,
        death.State == ProvenDeath.Off ? ProofReach.Node : ProofReach.Boot, death.Evidence);

    private void Ask(string id, ClientRequest request)
    {
        if (_controller is { } link)
            links.TrySend(link, ClientProtocol.Encode(new ClientCall(id, s_self, request)));
    }
}
