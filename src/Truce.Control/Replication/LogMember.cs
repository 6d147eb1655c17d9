using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// This node's membership in the replicated log: hellos, agreement, snapshot, delivery, acknowledgement, commitment.
/// What is committed comes out as news; nothing else gets out.
/// </summary>
internal sealed class LogMember
{
    private readonly ControlIdentity _self;
    private readonly ViewGathering _gathering;
    private readonly Acknowledgements _acks = new();
    private readonly DurableLog _durable;
    private readonly Outbox _outbox;
    private readonly AckPace _pace = new();
    private readonly List<LogNews> _news = [];
    private readonly ControllerShortage _shortage;
    private StoredFacts? _stored;
    private (RingId Ring, QuorumInfo Info)? _quorum;
    private Replica? _base;
    private Replica? _branch;
    private Agreement? _agreement;
    private bool _inSync, _wasQuorate, _restored;

    // Its part in the log ended (in a branch, or behind), and no view that says so is committed yet.
    private bool _owesReport;

    public LogMember(ControlIdentity self, ControlLimits limits)
    {
        _self = self;
        _gathering = new ViewGathering(limits.Silence);
        _outbox = new Outbox(self.Session, self.Node);
        _durable = new DurableLog();
        Comparison = new StateComparison(self);
        _shortage = new ControllerShortage(limits.ControllerGrace);
    }

    /// <summary>Votes as the engine told them last; null: not yet.</summary>
    public QuorumInfo? Quorum => _quorum?.Info;

    /// <summary>What the present view may do; null: it is being agreed on.</summary>
    public ViewMode? Mode => _agreement?.Mode;

    /// <summary>Whether a quorate view has ended because somebody came or went, nobody says that quorum is lost, and the
    /// next one is being agreed on: for whoever looks, or wants something, the cluster goes on.</summary>
    public bool IsRegathering => _agreement is null && _wasQuorate;

    /// <summary>For people.</summary>
    public string Situation => _stored is null ? "the store hasn't been read yet"
        : _gathering.View is null ? "no view from the engine yet"
        : _agreement?.Why ?? "waiting for the members' hellos";

    /// <summary>Whether the view's first entry is there and this node holds its log.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The log acted on: the minority's branch where there is one.</summary>
    public Replica? Active => _branch ?? _base;

    /// <summary>Members that take part.</summary>
    public IEnumerable<Participant> Participants => _agreement?.Formed?.Participants ?? [];

    /// <summary>When to stop waiting for silent members, or to send what waits.</summary>
    public Instant? NextTimer =>
        Instant.Earliest(_gathering.Deadline, IsOpen ? _outbox.NextTimer : null, ShortageEnd);

    /// <summary>How far a member has acknowledged.</summary>
    public long AcknowledgedBy(NodeId node) => _acks.Of(node);

    /// <summary>Up to where everybody who can be quorate later holds the log (see <see cref="Acknowledgements"/>). A
    /// minority can't know (promise S3): 0.</summary>
    public long SafelyHeld => Mode == ViewMode.Quorate ? Math.Min(_acks.SafelyHeld(), Active?.Committed.Index ?? 0) : 0;

    /// <summary>Whether a quorum holds an entry without one node.</summary>
    public bool IsHeldWithout(NodeId target, long index) => _acks.IsHeldWithout(target, index);

    /// <summary>Why this controller is to end now, for another life to take a snapshot; null: it goes on.</summary>
    public string? Ending => Comparison.Ending is { } ending
        && (Mode != ViewMode.Quorate || ending.Index <= SafelyHeld) ? ending.Why : null;

    /// <summary>Whether the members hold one state.</summary>
    public StateComparison Comparison { get; }

    /// <summary>Whether anything happened since <see cref="TakeNews"/>.</summary>
    public bool HasNews => _news.Count > 0;

    /// <summary>What happened since the last call.</summary>
    public ImmutableArray<LogNews> TakeNews()
    {
        ImmutableArray<LogNews> news = [.. _news];
        _news.Clear();
        return news;
    }

    /// <summary>Queues a command, to be sent by then.</summary>
    public void Submit(Command command, Receipt? receipt, Instant by) => _outbox.Add(command, receipt, by);

    /// <summary>The engine's membership changed.</summary>
    public void ViewChanged(RingId ring, ImmutableArray<EngineMember> members, StepWork work)
    {
        Close();
        _gathering.Begin(ring, members, work.Time.Now);
        SayHello(work);
    }

    /// <summary>This node shall leave: it doesn't wait for controllers enough to commit that.</summary>
    public void WaitNoLonger(StepWork work)
    {
        if (IsShort && _shortage.GiveUp())
            BeginRound(_gathering.View!.Value.Round + 1, work);
    }

    private Instant? ShortageEnd => IsShort ? _shortage.NextTimer : null;

    private bool IsShort => _agreement is { LacksControllers: true } && _base is not null;

    private void BeginRound(int round, StepWork work)
    {
        Close();
        _gathering.NextRound(round, work.Time.Now);
        SayHello(work);
    }

    /// <summary>Quorum was told; if it differs from what was said in the hello, everybody says hello again.</summary>
    public void QuorumChanged(RingId ring, QuorumInfo info, StepWork work)
    {
        _wasQuorate &= info.Quorate;
        bool news = _quorum is not { } known || known.Ring != ring || !HelloRule.IsSame(known.Info, info);
        _quorum = (ring, info);
        if (_gathering.View is not { } view || view.Ring != ring || !news)
            return;
        if (_gathering.HelloSaid)
        {
            Close();
            _gathering.NextRound(view.Round + 1, work.Time.Now);
        }

        SayHello(work);
    }

    /// <summary>The disk was read.</summary>
    public void Loaded(StoredFacts facts, StepWork work)
    {
        if (FeatureLevels.Leaves(facts.FeatureLevel, _self, work))
            return;
        _stored = facts;
        _durable.Loaded(facts);
        SayHello(work);
    }

    /// <summary>The disk has synced.</summary>
    public void Synced(long request) => _durable.Synced(request);

    /// <summary>Whether this node's disk takes nothing at present.</summary>
    public bool KeepsNothing => _durable.IsFailing;

    /// <summary>The disk fails.</summary>
    public void StoreFails() => _durable.Fails();

    /// <summary>The disk works again.</summary>
    public void StoreWorks() => _durable.Works();

    /// <summary>A message of the group.</summary>
    public void Delivered(EngineMember sender, PeerMessage message, string digest, StepWork work)
    {
        if (message is PeerMessage.Hello hello)
            Hear(sender, hello, work);
        else if (message.View == _gathering.View)
            HearInView(sender, message, digest, work);
        // Anything else was sent under another view; its sender will send it again.
    }

    /// <summary>Time passed: whoever is silent for too long is left out.</summary>
    public void TimePassed(StepWork work)
    {
        ImmutableArray<EngineMember> overdue = _gathering.Overdue(work.Time.Now);
        if (overdue.Length > 0)
            work.Emit(new ControlOutput.Multicast(new PeerMessage.Proceed(_gathering.View!.Value, overdue)));
        if (IsShort && _shortage.Ends(work.Time.Now))
            BeginRound(_gathering.View!.Value.Round + 1, work);
    }

    /// <summary>Sends what is ready: own submissions, and the acknowledgement of what is held.</summary>
    public void Flush(StepWork work)
    {
        if (!IsOpen || Active is not { } active)
            return;
        foreach (Submission submission in _outbox.TakeReady(work.Time))
            Send(submission, work);
        _durable.Flush(work);
        long held = Math.Min(active.Last, _durable.HeldUpTo(active.Last));
        if (_pace.Next(held) is not { } index)
            return;
        work.Emit(new ControlOutput.Pause(PausePoint.AfterDeliveryBeforeAck));
        work.Emit(new ControlOutput.Multicast(new PeerMessage.Acknowledge(_gathering.View!.Value, index)));
    }

    private void Close()
    {
        if (IsOpen || _agreement is not null)
            _news.Add(new LogNews.Suspended());
        if (_agreement is { } ended)
            _wasQuorate = ended.Mode == ViewMode.Quorate;
        IsOpen = false;
        _inSync = false;
        _agreement = null;
        Comparison.Suspend();
        _acks.Clear();
        _pace.Begin();
    }

    private void SayHello(StepWork work)
    {
        if (_gathering.HelloSaid || _stored is not { } stored || _gathering.View is not { } view
            || _quorum is not { } quorum || quorum.Ring != view.Ring)
        {
            return;
        }

        _gathering.MarkSaid();
        HelloFacts facts = HelloRule.Facts(_self, stored, _base, _branch, quorum.Info) with
        {
            OwesReport = _owesReport,
            WaitsNoLonger = _shortage.IsOver,
            Disputed = Comparison.Disputed.ToEquatableArray(),
        };
        work.Emit(new ControlOutput.Multicast(new PeerMessage.Hello(view, facts)));
    }

    private void Hear(EngineMember sender, PeerMessage.Hello hello, StepWork work)
    {
        if (_gathering.IsNewerRound(hello.View))
            BeginRound(hello.View.Round, work);
        if (hello.View != _gathering.View)
            return;
        if (_gathering.IsOpen)
        {
            _gathering.Hear(sender, hello.Facts);
            TryAgree(work);
        }
        else if (!_gathering.HasHeard(sender))
            BeginRound(hello.View.Round + 1, work); // Left out as silent, it speaks after all.
    }

    private void HearInView(EngineMember sender, PeerMessage message, string digest, StepWork work)
    {
        switch (message)
        {
            case PeerMessage.Hello or PeerMessage.Offers:
                break;
            case PeerMessage.Proceed proceed:
                _gathering.HearProceed(sender, proceed.Without);
                TryAgree(work);
                break;
            case PeerMessage.Entry entry:
                Append(sender, entry.Submission, digest, work);
                break;
            case PeerMessage.Acknowledge acknowledge:
                Acknowledged(sender, acknowledge.Index, work);
                break;
            case PeerMessage.Compare compare:
                Comparison.Hear(sender, compare, work);
                break;
            case PeerMessage.Snapshot snapshot:
                Install(sender, snapshot, work);
                break;
        }
    }

    private void TryAgree(StepWork work)
    {
        if (_gathering.TryAgree() is not { } agreement)
            return;
        _agreement = agreement;
        _shortage.Agreed(agreement, work.Time.Now);
        if (!_gathering.HasHeard(_self.Member))
        {
            // No part in this view: neither its snapshot nor its entries are for this member.
            _agreement = agreement.Waiting("the other members continued without this one");
            return;
        }

        if (agreement.Formed is not { } formed || agreement.Source is not { } source)
            return;
        if (IsForeign(source, agreement, work))
            return;
        _acks.Begin(formed);
        _inSync = agreement.InSync.Contains(_self.Member);
        if (agreement.Mode == ViewMode.Quorate)
            BeginQuorate(agreement);
        else
            BeginBranch(agreement);
        if (source == _self.Member)
            Lead(agreement, formed, work);
    }

    private bool IsForeign(EngineMember source, Agreement agreement, StepWork work)
    {
        string theirs = _gathering.Facts(source).Cluster;
        string mine = _base?.Committed.Cluster ?? _stored?.Cluster ?? "";
        if (mine.Length == 0 || theirs.Length == 0 || mine == theirs)
            return false;
        _agreement = agreement.Waiting($"this is cluster {theirs}, not {mine}");
        work.Emit(new ControlOutput.Leave(
            $"the members are of cluster {theirs}; this node is of {mine}", LeaveReturn.AfterRepair));
        return true;
    }

    private void BeginQuorate(Agreement agreement)
    {
        // Nothing that a minority did is believed: its branch ends here, and everybody reports what really runs.
        if (_branch is not null)
        {
            _branch = null;
            DropUnfinished();
        }

        Comparison.Begin(_gathering.View!.Value, agreement, _gathering.Hellos);
        _owesReport |= agreement.Formed!.Participants.Any(p => p.Member == _self.Member && p.Kind == ParticipantKind.Joins);
        if (agreement.FromDisk && agreement.Source == _self.Member)
            _base = ColdStart.FromDisk(_stored!, _self, agreement.Formed!);
        if (_inSync)
            _base!.Enter(agreement.Epoch);
    }

    private void BeginBranch(Agreement agreement)
    {
        string branch = _gathering.View!.Value.ToString();
        if (!_inSync)
            return;
        if (_branch is null)
            DropUnfinished();
        _branch = _branch?.Rename(branch) ?? _base!.Fork(branch);
    }

    private void DropUnfinished() => _news.AddRange(_outbox.Clear().Select(r => new LogNews.Dropped(r)));

    // The source speaks first: the state for whoever lacks it, then the entry that begins the view.
    private void Lead(Agreement agreement, Command.Formed formed, StepWork work)
    {
        ViewTag view = _gathering.View!.Value;
        if (formed.Participants.Any(p => !agreement.InSync.Contains(p.Member)))
        {
            Replica active = Active!;
            work.Emit(new ControlOutput.Multicast(new PeerMessage.Snapshot(
                view, StateText.ToDocument(active.Committed), active.Tail.ToEquatableArray())));
        }

        Send(_outbox.MakeUrgent(formed, work.Time.Wall), work);
    }

    private void Install(EngineMember sender, PeerMessage.Snapshot snapshot, StepWork work)
    {
        if (_agreement is not { Source: { } source } agreement || sender != source || _inSync)
            return;
        if (FeatureLevels.Leaves(snapshot.Committed.FeatureLevel, _self, work))
            return;
        ReplicatedState state = StateText.FromDocument(snapshot.Committed);
        string branch = agreement.Mode == ViewMode.Minority ? _gathering.View!.Value.ToString() : "";
        Replica replica = Replica.Installed(state, snapshot.Tail, _gathering.Facts(source), branch);
        _inSync = true;
        _outbox.ForgetHashes();
        if (agreement.Mode == ViewMode.Minority)
        {
            // What was wanted in another branch is no longer.
            DropUnfinished();
            _branch = replica;
            return;
        }

        _base = replica;
        _base.Enter(agreement.Epoch);
        _durable.Replace(replica, work);
    }

    private void Append(EngineMember sender, Submission submission, string digest, StepWork work)
    {
        if (!_inSync || _agreement is not { } agreement || Active is not { } active)
            return;
        Epoch epoch = agreement.Mode == ViewMode.Quorate ? agreement.Epoch : active.Epoch;
        LogEntry entry = new(submission, digest, epoch);
        active.Append(entry);
        if (agreement.Mode == ViewMode.Quorate)
            _durable.Delivered(active, entry, work);
        if (!IsOpen && sender == agreement.Source && submission.Commands is [Command.Formed, ..])
            Open(agreement, work);
    }

    private void Open(Agreement agreement, StepWork work)
    {
        IsOpen = true;
        _pace.Open(Active!.Last);
        _news.Add(new LogNews.Opened());
        Participant self = agreement.Formed!.Participants.First(p => p.Member == _self.Member);
        if (self.Kind == ParticipantKind.Joins)
            _news.Add(new LogNews.MustReport());
        foreach (Submission submission in _outbox.Resubmit(Active!))
            Send(submission, work);
        if (agreement.Mode == ViewMode.Quorate)
            Restore(agreement);
    }

    // What only this node's disk remembers, and the cluster may lack.
    private void Restore(Agreement agreement)
    {
        if (_stored is not { } stored || _restored)
            return;
        _restored = true;
        ConfigurationVersion? acknowledged = agreement.Restorer == _self.Member ? stored.Configuration : null;
        foreach (Command command in ColdStart.Remembered(stored, acknowledged))
            _outbox.Add(command);
    }

    private void Acknowledged(EngineMember sender, long index, StepWork work)
    {
        if (sender == _self.Member)
            _pace.Delivered();
        _acks.Hear(sender.Node, index);
        if (!_inSync || Active is not { } active)
            return;
        long committed = Math.Min(_acks.Committed(), active.Last);
        if (committed <= active.Committed.Index)
            return;
        foreach (AppliedEntry applied in active.CommitTo(committed))
        {
            Comparison.Applied(applied, work);
            _durable.Committed(applied, _branch is null);
            _owesReport &= !Joins(applied.Entry.Submission);
            _news.Add(new LogNews.Applied(applied, _outbox.Settle(applied.Entry.Submission)));
        }
    }

    private bool Joins(Submission submission) => submission.Commands.OfType<Command.Formed>().Any(f => f.Quorate
        && f.Participants.Any(p => p.Session == _self.Session && p.Kind == ParticipantKind.Joins));

    private void Send(Submission submission, StepWork work) =>
        work.Emit(new ControlOutput.Multicast(new PeerMessage.Entry(_gathering.View!.Value, submission)));
}
