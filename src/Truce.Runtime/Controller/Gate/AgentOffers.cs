using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller.Gate;

/// <summary>How a controller learns which agents its node has.</summary>
/// <param name="Worker">A thread of its own: disks may be slow.</param>
/// <param name="Look">Names as <c>ocf:heartbeat:Dummy</c>, of the classes whose agents are files.</param>
public sealed record OfferMeans(IWorker Worker, Func<EquatableArray<string>> Look);

/// <summary>What the worker found.</summary>
/// <param name="Agents">By name.</param>
public sealed record AgentsFound(EquatableArray<string> Agents);

/// <summary>
/// Which agents each member reports: multicast in each view and when something changes. Not part of the
/// replicated state: the gate uses it, and an agent that wrongly passes is guarded against where it runs. If
/// a member reports nothing (an earlier version, or more agents than the limit), its agents are unknown.
/// </summary>
/// <param name="means">How it learns of its own.</param>
/// <param name="self">Its node.</param>
/// <param name="send">Multicasts to the members.</param>
public sealed class AgentOffers(OfferMeans means, NodeId self, Action<PeerMessage> send)
{
    private const int AgentsMax = 4_000;
    private const int NameLengthMax = 250;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(60);

    private readonly SortedDictionary<NodeId, EquatableArray<string>> _offers = [];
    private EquatableArray<string> _own = [];
    private ImmutableArray<EngineMember> _members = [];
    private Instant? _next;
    private long _requests;

    /// <summary>When to look again.</summary>
    public Instant? NextTimer => _next;

    /// <summary>What the other members have, as far as they have said so.</summary>
    public ImmutableSortedDictionary<NodeId, EquatableArray<string>> Others =>
        _offers.Where(o => o.Key != self).ToImmutableSortedDictionary();

    /// <summary>Looks for the first time.</summary>
    public void Start(Instant now) => Look(now);

    /// <summary>Time passed: agents come and go with packages.</summary>
    public void TimePassed(Instant now)
    {
        if (_next is { } next && next.CompareTo(now) <= 0)
            Look(now);
    }

    /// <summary>Who is there has changed: those who came haven't heard, and
    /// who is gone has nothing.</summary>
    public void ViewChanged(ImmutableArray<EngineMember> members)
    {
        _members = members;
        foreach (NodeId gone in _offers.Keys.Where(n => members.All(m => m.Node != n)).ToList())
            _offers.Remove(gone);
        Tell();
    }

    /// <summary>A member says what it has.</summary>
    public void Heard(EngineMember sender, PeerMessage.Offers offers)
    {
        bool isOfUse = offers.Agents.Count is > 0 and <= AgentsMax
            && offers.Agents.All(a => a.Length is > 0 and <= NameLengthMax)
            && _members.Any(m => m.Node == sender.Node);
        if (isOfUse)
            _offers[sender.Node] = offers.Agents;
        else
            _offers.Remove(sender.Node);
    }

    /// <summary>The worker has looked.</summary>
    public void Found(AgentsFound found)
    {
        EquatableArray<string> agents = found.Agents.Count <= AgentsMax
            && found.Agents.All(a => a.Length <= NameLengthMax) ? found.Agents : [];
        if (agents == _own)
            return;
        _own = agents;
        Tell();
    }

    private void Look(Instant now)
    {
        _next = now.Plus(s_interval);
        means.Worker.Request(++_requests, _ => new AgentsFound(means.Look()));
    }

    private void Tell()
    {
        if (_members.Length > 1 && (_own.Count > 0 || _offers.ContainsKey(self)))
            send(new PeerMessage.Offers(default, _own));
    }
}
