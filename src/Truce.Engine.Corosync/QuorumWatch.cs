using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Truce.Engine.Corosync.Native;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// Quorum: libquorum says which ring is quorate, libvotequorum how many votes there are, and when that
/// changes without a change of nodes (a quorum device, expected votes).
/// </summary>
internal sealed unsafe class QuorumWatch : IDisposable
{
    private readonly NodeNames _names;
    private readonly Action<EngineEvent> _tell;
    private GCHandle _this;
    private ulong _quorum;
    private ulong _votes;
    private Exception? _failure;
    private (RingId Ring, bool Quorate, ImmutableArray<NodeId> Nodes)? _last;
    private EngineEvent.Quorum? _told;
    private VoteQuorum.Info _info;

    public QuorumWatch(NodeNames names, Action<EngineEvent> tell)
    {
        (_names, _tell) = (names, tell);
        _this = GCHandle.Alloc(this);
        try
        {
            Open();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ImmutableArray<int> Files { get; private set; } = [];

    public void Track()
    {
        Check(Retry.Call(() => Quorum.Track(_quorum, Quorum.TrackCurrentAndChanges)), "quorum_trackstart");
        Check(Retry.Call(() => VoteQuorum.Track(_votes, 0, Quorum.TrackCurrentAndChanges)), "votequorum_trackstart");
    }

    public void Dispatch()
    {
        CsError quorum = Quorum.Dispatch(_quorum, Cpg.DispatchAll);
        CsError votes = VoteQuorum.Dispatch(_votes, Cpg.DispatchAll);
        if (_failure is { } failure)
            throw failure;
        if (quorum is not CsError.TryAgain)
            Check(quorum, "quorum_dispatch");
        if (votes is not CsError.TryAgain)
            Check(votes, "votequorum_dispatch");
    }

    public void Dispose()
    {
        if (_quorum != 0)
            _ = Quorum.FinalizeHandle(_quorum);
        if (_votes != 0)
            _ = VoteQuorum.FinalizeHandle(_votes);
        (_quorum, _votes) = (0, 0);
        if (_this.IsAllocated)
            _this.Free();
    }

    private void Open()
    {
        nint context = GCHandle.ToIntPtr(_this);
        uint type = 0;
        Check(Retry.Call(() => OpenQuorum(context, out type)), "quorum_model_initialize");
        if (type != Quorum.TypeSet)
            throw new EngineUnavailableException("corosync.conf names no quorum provider; do: add quorum { provider: corosync_votequorum }", true);
        Check(Retry.Call(OpenVotes), "votequorum_initialize");
        Check(VoteQuorum.SetContext(_votes, context), "votequorum_context_set");
        Check(Quorum.GetFile(_quorum, out int quorumFile), "quorum_fd_get");
        Check(VoteQuorum.GetFile(_votes, out int votesFile), "votequorum_fd_get");
        Files = [quorumFile, votesFile];
    }

    private CsError OpenQuorum(nint context, out uint type)
    {
        Quorum.ModelData model = new() { Model = Quorum.ModelV1, Quorum = &QuorumTold, Nodes = &NodesTold };
        return Quorum.Initialize(out _quorum, Quorum.ModelV1, &model, out type, context);
    }

    private CsError OpenVotes() => VoteQuorum.Initialize(
        out _votes,
        new VoteQuorum.Callbacks { Quorum = &VotesTold, ExpectedVotes = &ExpectedTold, Nodes = &VotersTold });

    private void Told(RingId ring, bool quorate, ReadOnlySpan<uint> nodes)
    {
        NodeId[] names = new NodeId[nodes.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = _names.Of(nodes[i]);
        _last = (ring, quorate, [.. names.Order()]);
        Tell();
    }

    private void Tell()
    {
        if (_last is not var (ring, quorate, nodes)
            || Retry.Call(() => VoteQuorum.GetInfo(_votes, _names.Self, out _info)) != CsError.Ok)
            return;
        _names.Expect((int)_info.HighestExpected);
        EngineEvent.Quorum told = new(ring, QuorumFacts.From(_info, quorate, nodes, _names.Votes));
        if (_told is { } before && before.Ring == ring && QuorumFacts.IsSame(before.Info, told.Info))
            return;
        _told = told;
        _tell(told);
    }

    private static void Check(CsError error, string call) => CorosyncException.ThrowUnlessOk(error, call);

    private static QuorumWatch? Of(CsError error, nint context) =>
        error == CsError.Ok ? GCHandle.FromIntPtr(context).Target as QuorumWatch : null;

#pragma warning disable CA1031 // An exception that reaches Corosync's library ends the process without a word.
    private void Guarded(Action action)
    {
        try
        {
            if (_failure is null)
                action();
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
#pragma warning restore CA1031

    [UnmanagedCallersOnly]
    private static void QuorumTold(ulong handle, uint quorate, Quorum.Ring ring, uint count, uint* nodes)
    {
        QuorumWatch? watch = Of(Quorum.GetContext(handle, out nint context), context);
        uint[] numbers = new ReadOnlySpan<uint>(nodes, (int)count).ToArray();
        watch?.Guarded(() => watch.Told(new RingId(ring.Node, ring.Sequence), quorate != 0, numbers));
    }

    // The ring that it reports comes again with its quorum.
    [UnmanagedCallersOnly]
    private static void NodesTold(
        ulong handle, Quorum.Ring ring, uint count, uint* nodes, uint joinedCount, uint* joined, uint leftCount,
        uint* left)
    {
    }

    [UnmanagedCallersOnly]
    private static void VotesTold(ulong handle, ulong tag, uint quorate, uint count, void* nodes) => VotesChanged(handle);

    [UnmanagedCallersOnly]
    private static void ExpectedTold(ulong handle, ulong tag, uint votes) => VotesChanged(handle);

    [UnmanagedCallersOnly]
    private static void VotersTold(ulong handle, ulong tag, Quorum.Ring ring, uint count, uint* nodes)
    {
    }

    private static void VotesChanged(ulong handle)
    {
        QuorumWatch? watch = Of(VoteQuorum.GetContext(handle, out nint context), context);
        watch?.Guarded(watch.Tell);
    }
}
