using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <summary>
/// One server of Group Services: takes what happened and gives the work that follows. The servers' views are
/// gathered (<see cref="Gathering"/>) and agreed on (<see cref="GroupsAgreementRule"/>); commands are logged,
/// acknowledged and committed (<see cref="GroupsLog"/>), and applied alike everywhere
/// (<see cref="CommandApply"/>); what follows for this server's clients is told to them. Clients act only
/// under a lease, which a committed <see cref="GroupsCommand.Beat"/> grants. Not thread-safe: one loop owns
/// it.
/// </summary>
public sealed partial class GroupsMachine
{
    private readonly EngineMember _self;
    private readonly ServerLife _life;
    private readonly GroupsLimits _limits;
    private readonly GroupsTimes _times;
    private List<GroupsOutput> _outputs = [];
    private Gathering _gathering = new();
    private GroupsLog _log = new();
    private Outbox _outbox = new();
    private ClientTable _clients = new();
    private Watches _watches = new();
    private GroupsState? _state;
    private ServerId? _id;
    private GroupsAgreement? _awaited;
    private (RingId Ring, QuorumInfo Info)? _quorum;
    private EquatableMap<EngineMember, Instant> _heard;
    private Instant _lastStep;
    private Instant _nextBeat;
    private bool _isBeating;
    private KnownProofs _proofs = new();
    private EquatableArray<HostLink> _links = [];
    private EquatableArray<string> _owed;
    private GroupsState? _owedIn;
    private object? _memory;

    /// <summary>A server that knows nothing yet.</summary>
    /// <param name="self">Its process in the engine's group.</param>
    /// <param name="life">What it begins with.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="times">Times; refused if they contradict each other.</param>
    public GroupsMachine(EngineMember self, ServerLife life, GroupsLimits limits, GroupsTimes times)
    {
        (_self, _life, _limits, _times, _owed) = (self, life, limits, times, life.Owes);
        InvariantException.Require(times.Objection is null, times.Objection ?? "");
    }

    /// <summary>What is committed; null: nothing is known.</summary>
    public GroupsState? State => _state;

    /// <summary>Clients of this server that have a session.</summary>
    public int Clients => _clients.Clients.Count;

    /// <summary>Whether this server takes part in a view with a majority.</summary>
    public bool HasMajority => _log.IsOpen;

    /// <summary>Whether clients can be served now.</summary>
    public bool IsReady => HasMajority && _state is { Phase: LineagePhase.Open };

    /// <summary>Takes what happened; gives the work that follows, in order.</summary>
    public ImmutableArray<GroupsOutput> Step(GroupsInput input, Instant now)
    {
        _outputs.Clear();
        _memory = null;
        ForgiveOwnStall(now);
        Take(input, now);
        Settle(now);
        Keep();
        return [.. _outputs];
    }

    /// <summary>The same server once more, for tests that try what else might happen.</summary>
    internal GroupsMachine Fork()
    {
        GroupsMachine other = (GroupsMachine)MemberwiseClone();
        other._outputs = [];
        return other;
    }

    /// <summary>Everything that decides what it does next, compared by value.</summary>
    internal object Memory() => _memory ??= new ServerMemory(
        _gathering, _log, _outbox, _clients, _watches, _state, _id, _awaited, _quorum?.Ring, _heard,
            _lastStep, _nextBeat, _proofs, _owed, _links);

    private void Take(GroupsInput input, Instant now)
    {
        switch (input)
        {
            case GroupsInput.ViewChanged view:
                Gather(Gathering.Of(view.Ring, view.Members, now.Plus(_times.Silence)));
                break;
            case GroupsInput.QuorumChanged quorum:
                QuorumChanged(quorum);
                break;
            case GroupsInput.Delivered delivered:
                Delivered(delivered.Sender, delivered.Message, now);
                break;
            case GroupsInput.ClientOpened opened:
                ClientOpened(opened.Client, now);
                break;
            case GroupsInput.ClientAsked asked:
                ClientAsked(asked);
                break;
            case GroupsInput.ClientClosed closed:
                ClientClosed(closed.Client);
                break;
            case GroupsInput.ClientDropped dropped:
                if (_clients.Clients.Has(dropped.Client))
                    Drop(dropped.Client);
                break;
            case GroupsInput.ProofsTold told:
                _proofs = _proofs.Hear(told.Proofs, now);
                break;
            case GroupsInput.LinksTold told:
                TakeLinks(told.Links);
                break;
            case GroupsInput.ClientAlive alive:
                Alive(alive, now);
                break;
            case GroupsInput.TimePassed:
                break;
        }
    }

    private void QuorumChanged(GroupsInput.QuorumChanged quorum)
    {
        bool changed = _quorum is { } known && known.Ring == quorum.Ring
            && !Equals(Words(known.Info), Words(quorum.Info));
        _quorum = (quorum.Ring, quorum.Info);
        if (changed && _gathering.IsHelloSaid)
            AskRegather();
    }

    private void Delivered(EngineMember sender, GroupsMessage message, Instant now)
    {
        _heard = _heard.Set(sender, now);
        switch (message)
        {
            case GroupsMessage.Hello hello:
                if (hello.View == _gathering.View)
                    Hear(sender, hello.Words, now);
                break;
            case GroupsMessage.Regather regather:
                if (regather.View == _gathering.View)
                    Gather(_gathering.Again(now.Plus(_times.Silence)));
                break;
            case GroupsMessage.Proceed proceed:
                if (proceed.View == _gathering.View && _gathering.IsOpen)
                {
                    _gathering = _gathering.HearProceed(sender, proceed.Without);
                    TryAgree(now);
                }

                break;
            case GroupsMessage.Snapshot snapshot:
                if (snapshot.View == _gathering.View && _awaited is { } awaited && awaited.Source == sender)
                    Form(awaited, snapshot, now);
                break;
            case GroupsMessage.Submit submit:
                if (IsInView(submit.View) && _log.View?.IdOf(sender) is { } id)
                    _log = _log.Append(id, submit.Number, submit.Command);
                break;
            case GroupsMessage.Acknowledge acknowledge:
                if (IsInView(acknowledge.View) && _log.View?.IdOf(sender) is not null)
                    Acknowledged(sender, acknowledge.Index, now);
                break;
        }
    }

    private bool IsInView(Epoch epoch) => _log.IsOpen && _log.View?.Epoch == epoch;

    private void Acknowledged(EngineMember sender, long index, Instant now)
    {
        if (sender == _self)
            _log = _log with { OwnOnTheWay = 0 };
        _log = _log.Acknowledge(sender, index);
        long held = _log.HeldByMajority();
        if (_log.Committed >= held)
            return;
        while (_log.Committed < held)
        {
            GroupsEntry entry = _log.Pending[0];
            _log = _log.Pop();
            Apply(entry);
        }

        if (_state is { } state)
            _watches = _watches.Follow(state, now);
    }

    private void Apply(GroupsEntry entry)
    {
        ApplyWork work = CommandApply.Apply(
            _state ?? throw new InvariantException("an entry without a state"), entry.Command, _limits);
        _state = work.State;
        if (entry.Command is GroupsCommand.Formed formed)
            _proofs = _proofs.Contradict(formed.Boots);
        foreach (GroupsEffect effect in work.Effects)
            Pass(effect);
        if (entry.Command is GroupsCommand.Responsive responsive)
            FailIfUnresponsive(responsive);
        if (entry.Sender != _id)
            return;
        _outbox = _outbox.Remove(entry.Number);
        if (entry.Command is GroupsCommand.Beat beat)
            GrantLease(beat.At.Plus(_times.Lease));
    }

    // Before anything is told of it: whoever is told may die, and this server with it. Until this stay is in
    // the state, the state may not yet know what this node owes.
    private void Keep()
    {
        if (_state is not { } state || _id is not { } id || ReferenceEquals(state, _owedIn)
            || state.Servers.Find(id) is not { Presence: ServerPresence.Present })
            return;
        _owedIn = state;
        EquatableArray<string> owed = FencedNames.OwedBy(state, _self.Node, _life.Boot);
        if (owed == _owed)
            return;
        _owed = owed;
        _outputs.Insert(0, new GroupsOutput.Keep(owed));
    }

    private void Gather(Gathering gathering)
    {
        _gathering = gathering;
        _log = _log with { IsOpen = false };
        _awaited = null;
    }

    private void Hear(EngineMember sender, HelloWords words, Instant now)
    {
        if (_gathering.IsOpen)
        {
            _gathering = _gathering.Hear(sender, words);
            TryAgree(now);
        }
        else if (!_gathering.Hellos.Has(sender))
        {
            // It was given up, and is back: the view is agreed on again, with it.
            Gather(_gathering.Again(now.Plus(_times.Silence)));
        }
    }

    private void TryAgree(Instant now)
    {
        if (!_gathering.IsComplete || _gathering.View is not { } view)
            return;
        _gathering = _gathering with { IsOpen = false };
        if (GroupsAgreementRule.Decide(view.Ring, _gathering.Hellos) is not { } agreement)
            return;
        if (!agreement.NeedsSnapshot)
        {
            Form(agreement, null, now);
            return;
        }

        _awaited = agreement;
        // A large state takes longer than an introduction.
        _gathering = _gathering with { Deadline = now.Plus(_times.Stuck) };
        if (agreement.Source == _self && _state is { } state)
            Multicast(new GroupsMessage.Snapshot(view, state, _log.Committed, _log.Pending));
    }

    private void Form(GroupsAgreement agreement, GroupsMessage.Snapshot? snapshot, Instant now)
    {
        _awaited = null;
        // Given up by the others; what this server says next brings it back.
        if (agreement.IdOf(_self) is not { } id)
            return;
        if (id != _id)
            Restart(agreement, snapshot);
        _id = id;
        _log = _log.Form(agreement);
        _outbox = _outbox.Renew(_log, id);
        _nextBeat = now;
        _heard = default;
        foreach (ServerId participant in agreement.Participants)
            _heard = _heard.Set(participant.Member, now);
        if (_state is { } state)
            _watches = _watches.Follow(state, now);
    }

    // The others went on without this server, or nobody knows what was: its clients count as dead.
    private void Restart(GroupsAgreement agreement, GroupsMessage.Snapshot? snapshot)
    {
        foreach (long client in _clients.Clients.Keys)
            _outputs.Add(new GroupsOutput.Close(client, CloseReason.LeftOut));
        _clients = new();
        _watches = new();
        _outbox = _outbox.Clear();
        _state = snapshot?.State
            ?? new GroupsState(agreement.Lineage, LineagePhase.Shut, agreement.Token, default, default,
                default) { Unheard = agreement.Configured };
        _log = _log with { Committed = snapshot?.Committed ?? 0, Pending = snapshot?.Pending ?? [] };
    }

    private sealed record ServerMemory(
        Gathering Gathering, GroupsLog Log, Outbox Outbox, ClientTable Clients, Watches Watches,
            GroupsState? State,
        ServerId? Id, GroupsAgreement? Awaited, RingId? Quorum, EquatableMap<EngineMember, Instant> Heard,
        Instant LastStep, Instant NextBeat, KnownProofs Proofs, EquatableArray<string> Owed,
        EquatableArray<HostLink> Links);
}
