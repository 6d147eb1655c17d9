using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Truce.Engine.Corosync.Native;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// The group itself: messages and membership. All but sending is the dispatch thread's, the callbacks come
/// within <see cref="Dispatch"/>. No exception may leave a callback: it is kept and thrown afterwards.
/// </summary>
internal sealed unsafe class CpgMember : IDisposable
{
    private readonly Cpg.Name _name;
    private readonly NodeNames _names;
    private readonly SendQueue _queue;
    private readonly Action<EngineEvent> _tell;
    private readonly Membership _membership = new();
    private readonly Dictionary<EngineMember, Assembly> _assemblies = [];
    private readonly uint _process = (uint)Environment.ProcessId;
    private readonly Lock _sending = new();
    private readonly Action _echoed;
    private CorosyncException? _broken;
    private GCHandle _this;
    private ulong _handle;
    private Exception? _failure;

    public CpgMember(
        string group, NodeNames names, SendQueue queue, Action<EngineEvent> tell, Action echoed)
    {
        (_name, _names, _queue, _tell) = (Cpg.Name.Of(group), names, queue, tell);
        _echoed = echoed;
        _this = GCHandle.Alloc(this);
        Cpg.ModelData model = new()
        {
            Model = Cpg.ModelV1,
            Deliver = &Deliver,
            Change = &Change,
            RingChange = &RingChange,
            Flags = Cpg.DeliverInitialTotemConf,
        };
        nint context = GCHandle.ToIntPtr(_this);
        Check(Retry.Call(() => Initialize(model, context)), "cpg_model_initialize");
        Check(Cpg.GetFile(_handle, out int file), "cpg_fd_get");
        Check(Cpg.GetLocalNode(_handle, out uint node), "cpg_local_get");
        (File, LocalNode) = (file, node);
    }

    public int File { get; }

    public uint LocalNode { get; }

    public void Join() => Check(Retry.Call(() => Cpg.Join(_handle, _name)), "cpg_join");

    public void Leave() => Check(Retry.Call(() => Cpg.Leave(_handle, _name)), "cpg_leave");

    /// <summary>Takes all that Corosync has for us.</summary>
    public void Dispatch()
    {
        CsError error = Cpg.Dispatch(_handle, Cpg.DispatchAll);
        if (_failure is { } failure)
            throw failure;
        if (error is not CsError.TryAgain)
            Check(error, "cpg_dispatch");
    }

    /// <summary>Sends what the window allows; false: Corosync wants to be asked
    /// again later. From any thread.</summary>
    public bool TrySendAll()
    {
        lock (_sending)
        {
            while (_handle != 0 && _broken is null && _queue.Next() is var (head, body))
            {
                CsError error = Send(head, body.Span);
                if (error is CsError.TryAgain or CsError.QueueFull)
                    return false;
                if (error != CsError.Ok)
                    _broken = new CorosyncException("cpg_mcast_joined", error);
                else
                    _queue.Sent();
            }

            return _broken is null;
        }
    }

    /// <summary>Sends a part without a message, which every member passes over; it only has to come
    /// back.</summary>
    public void Pulse()
    {
        // Whoever is sending may be waiting for a Corosync that hangs.
        if (!_sending.TryEnter())
            return;
        try
        {
            // If Corosync doesn't take it now, it does later, or nothing comes back.
            if (_handle != 0 && _broken is null)
                _ = Multicast(PartHead.Pulse, []);
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>What sending on another thread ran into.</summary>
    public void ThrowIfBroken()
    {
        if (_broken is { } broken)
            throw broken;
    }

    public void Dispose()
    {
        lock (_sending)
        {
            if (_handle == 0)
                return;
            _ = Cpg.FinalizeHandle(_handle);
            _handle = 0;
        }

        _this.Free();
    }

    private CsError Initialize(Cpg.ModelData model, nint context) =>
        Cpg.Initialize(out _handle, Cpg.ModelV1, &model, context);

    private CsError Send(PartHead head, ReadOnlySpan<byte> body)
    {
        Span<byte> start = stackalloc byte[PartHead.Bytes];
        head.Write(start);
        return Multicast(start, body);
    }

    private CsError Multicast(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        fixed (byte* first = head, second = body)
        {
            Cpg.IoVector* vectors = stackalloc Cpg.IoVector[2];
            vectors[0] = new Cpg.IoVector { Base = first, Length = PartHead.Bytes };
            vectors[1] = new Cpg.IoVector { Base = second, Length = (nuint)body.Length };
            return Cpg.Multicast(_handle, Cpg.Agreed, vectors, body.IsEmpty ? 1u : 2u);
        }
    }

    private void Delivered(uint node, uint process, ReadOnlySpan<byte> part)
    {
        bool isOwn = node == LocalNode && process == _process;
        if (isOwn)
            _echoed();
        if (PartHead.Read(part) is not { } head)
            return;
        EngineMember sender = new(_names.Of(node), process);
        ref Assembly? assembly = ref CollectionsMarshal.GetValueRefOrAddDefault(_assemblies, sender, out _);
        assembly ??= new Assembly();
        if (assembly.Take(head, part[PartHead.Bytes..]) is { } message)
            _tell(new EngineEvent.Delivered(sender, message));
        if (isOwn && IsWritable(head))
            _tell(new EngineEvent.Writable());
    }

    // Another thread may be between sending a part and saying that it is sent.
    private bool IsWritable(PartHead ordered)
    {
        lock (_sending)
            return _queue.Ordered(ordered);
    }

    private void Changed(
        ReadOnlySpan<Cpg.Address> members, ReadOnlySpan<Cpg.Address> left, ReadOnlySpan<Cpg.Address> joined)
    {
        foreach (Cpg.Address gone in left)
            _assemblies.Remove(Member(gone));
        if (!joined.IsEmpty)
        {
            foreach (Assembly assembly in _assemblies.Values)
                assembly.Drop();
            lock (_sending)
                _queue.Restart();
        }

        Tell(_membership.Changed([.. Members(members)], Changes(joined), Changes(left)));
    }

    private void Tell(EngineEvent? told)
    {
        if (told is not null)
            _tell(told);
    }

    private EngineMember Member(Cpg.Address address) => new(_names.Of(address.Node), address.Process);

    private EngineMember[] Members(ReadOnlySpan<Cpg.Address> addresses)
    {
        EngineMember[] members = new EngineMember[addresses.Length];
        for (int i = 0; i < members.Length; i++)
            members[i] = Member(addresses[i]);
        return members;
    }

    private ImmutableArray<MembershipChange> Changes(ReadOnlySpan<Cpg.Address> addresses)
    {
        MembershipChange[] changes = new MembershipChange[addresses.Length];
        for (int i = 0; i < changes.Length; i++)
            changes[i] = new MembershipChange(Member(addresses[i]), Reason(addresses[i].Reason));
        return ImmutableCollectionsMarshal.AsImmutableArray(changes);
    }

    // cpg_reason_t.
    private static MembershipReason Reason(uint reason) => reason switch
    {
        1 => MembershipReason.Join,
        2 => MembershipReason.Leave,
        3 => MembershipReason.NodeDown,
        4 => MembershipReason.NodeUp,
        5 => MembershipReason.ProcessDown,
        _ => throw new CorosyncException($"membership reason {reason}", CsError.NotSupported),
    };

    private static void Check(CsError error, string call) => CorosyncException.ThrowUnlessOk(error, call);

    private static CpgMember? Of(ulong handle) =>
        Cpg.GetContext(handle, out nint context) == CsError.Ok ? GCHandle.FromIntPtr(context).Target as CpgMember : null;

#pragma warning disable CA1031 // An exception that reaches Corosync's library ends the process without a word.
    [UnmanagedCallersOnly]
    private static void Deliver(ulong handle, Cpg.Name* group, uint node, uint process, void* message, nuint length)
    {
        if (Of(handle) is not { _failure: null } member)
            return;
        try
        {
            member.Delivered(node, process, new ReadOnlySpan<byte>(message, (int)length));
        }
        catch (Exception e)
        {
            member._failure = e;
        }
    }

    [UnmanagedCallersOnly]
    private static void Change(
        ulong handle, Cpg.Name* group, Cpg.Address* members, nuint memberCount, Cpg.Address* left, nuint leftCount,
        Cpg.Address* joined, nuint joinedCount)
    {
        if (Of(handle) is not { _failure: null } member)
            return;
        try
        {
            member.Changed(
                new(members, (int)memberCount), new(left, (int)leftCount), new(joined, (int)joinedCount));
        }
        catch (Exception e)
        {
            member._failure = e;
        }
    }

    [UnmanagedCallersOnly]
    private static void RingChange(ulong handle, Cpg.Ring ring, uint count, uint* nodes)
    {
        if (Of(handle) is not { _failure: null } member)
            return;
        try
        {
            member.Tell(member._membership.RingChanged(new RingId(ring.Node, ring.Sequence)));
        }
        catch (Exception e)
        {
            member._failure = e;
        }
    }
#pragma warning restore CA1031
}
