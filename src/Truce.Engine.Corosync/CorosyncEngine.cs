using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Truce.Engine.Corosync.Native;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// One process's membership in a group over Corosync. A thread of its own waits for Corosync and does nothing
/// that could wait for anything else: a client that doesn't read makes its Corosync grow without slowing the
/// sender. Events go through a bounded queue to a second thread, which may wait with the role.
/// </summary>
public sealed class CorosyncEngine : IEngineConnection
{
    /// <summary>Largest message.</summary>
    public const int MessageBytesMax = 64 * 1024 * 1024;

    /// <summary>Largest part of a message: far below what Corosync takes at once, so
    /// that others get their turn. </summary>
    public const int PartBytesMax = 64 * 1024;

    // Corosync's libraries keep a message of the largest size on the stack while they dispatch.
    private const int StackBytes = 8 * 1024 * 1024;
    private const int RetryMs = 2;

    private static readonly TimeSpan s_leaveMax = TimeSpan.FromSeconds(2);
    private readonly CorosyncEngineOptions _options;
    private readonly SendQueue _queue;
    private readonly EventQueue _events;
    private readonly CpgMember _group;
    private readonly QuorumWatch _quorum;
    private readonly LinkWatch? _links;
    private readonly EchoWatch _echo;
    private readonly Waiting _waiting;
    private readonly Thread _thread;
    private readonly long _began = Stopwatch.GetTimestamp();
    private Timer? _watch;
    private volatile bool _disposed;
    private volatile bool _hangs;

    private CorosyncEngine(
        CorosyncEngineOptions options, ClusterMap map, Action<EngineEvent> tell, Func<EngineEvent, bool>? tryTell)
    {
        _options = options;
        _queue = new SendQueue(options);
        Token = map.Token;
        _events = new EventQueue($"{options.Group}-tell", options.UnreadBytesMax, tell, tryTell);
        NodeNames names = new(map);
        _quorum = new QuorumWatch(names, Post);
        _echo = new EchoWatch(EchoWatch.LimitFor(Token, map.DeviceWait));
        _group = new CpgMember(options.Group, names, _queue, Post, _echo.Came);
        Self = new EngineMember(names.Of(_group.LocalNode), (uint)Environment.ProcessId);
        RequireSameName();
        _links = options.WatchesLinks ? new LinkWatch(map, options) : null;
        _waiting = new Waiting([_group.File, .. _quorum.Files]);
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"{options.Group}-engine" };
    }

    /// <inheritdoc/>
    public EngineMember Self { get; }

    /// <inheritdoc/>
    public TimeSpan Token { get; }

    /// <inheritdoc/>
    public ImmutableArray<LinkState> Links => _links?.Links ?? [];

    /// <summary>Joins a group.</summary>
    /// <param name="options">Which.</param>
    /// <param name="tell">Called on a thread of the engine's for each event, in order; it may wait.</param>
    /// <exception cref="EngineUnavailableException">Corosync doesn't run, has no quorum provider, or calls
    /// this node by another name.</exception>
    public static CorosyncEngine Join(CorosyncEngineOptions options, Action<EngineEvent> tell) =>
        Join(options, tell, null);

    /// <summary>Joins a group.</summary>
    /// <param name="options">Which.</param>
    /// <param name="tell">Called on a thread of the engine's for each event, in order; it may wait.</param>
    /// <param name="tryTell">The same without waiting, false: no room; saves a change
    /// of threads for each event. </param>
    /// <exception cref="EngineUnavailableException">Corosync doesn't run, has no quorum provider, or calls
    /// this node by another name.</exception>
    public static CorosyncEngine Join(
        CorosyncEngineOptions options, Action<EngineEvent> tell, Func<EngineEvent, bool>? tryTell)
    {
        if (Encoding.UTF8.GetByteCount(options.Group) is < 1 or > Cpg.NameBytesMax)
            throw new EngineUnavailableException($"a group's name must have 1 to {Cpg.NameBytesMax} bytes: {options.Group}", true);
        try
        {
            CorosyncEngine engine = new(options, ClusterMap.Read(), tell, tryTell);
            engine.Begin();
            return engine;
        }
        catch (CorosyncException e)
        {
            throw new EngineUnavailableException($"Corosync isn't running: {e.Message}", false, e);
        }
        catch (DllNotFoundException e)
        {
            throw new EngineUnavailableException(
                $"Corosync's libraries aren't installed; do: install corosync ({e.Message})", true, e);
        }
    }

    /// <inheritdoc/>
    public SendResult TrySend(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > MessageBytesMax)
            throw new InvariantException($"a message of {payload.Length} bytes; the engine takes {MessageBytesMax}");
        SendResult result = _queue.Put(payload);
        // At once, on the caller's thread, which saves a change of threads; what the window holds back, or
        // Corosync refuses for now, is the dispatch thread's.
        if (result == SendResult.Sent && !_group.TrySendAll())
            _waiting.Wake();
        return result;
    }

    /// <inheritdoc/>
    public void Leave()
    {
        _queue.Leave();
        _waiting.Wake();
    }

    /// <inheritdoc/>
    public void EndWait() => _ = Task.Run(ClusterMap.EndWait);

    /// <summary>Breaks the connection as a death of the process would, unless it is about to leave.</summary>
    public void Dispose()
    {
        if (_queue.IsLeaving && Thread.CurrentThread != _thread)
            _thread.Join(s_leaveMax);
        _disposed = true;
        _queue.Close();
        _waiting.Wake();
        // A Corosync that hangs never answers the goodbye.
        if (Thread.CurrentThread != _thread)
            _thread.Join(s_leaveMax);
    }

    private void RequireSameName()
    {
        if (Self.Node == _options.Node)
            return;
        Close();
        throw new EngineUnavailableException(
            $"corosync.conf calls this node {Self.Node}, not {_options.Node}; do: set the name in the nodelist and "
            + "node in truce.conf to the same name", true);
    }

    private void Begin()
    {
        try
        {
            _quorum.Track();
            _group.Join();
            _watch = new Timer(_ => Watch(), null, _echo.Period, _echo.Period);
            _thread.Start();
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void Run()
    {
        string? why = null;
        try
        {
            Loop();
        }
        catch (CorosyncException e)
        {
            why = e.Message;
        }

        _watch?.Dispose();
        _queue.Close();
        // A Corosync that hangs keeps this thread until it goes on or ends.
        Close();
        _waiting.Dispose();
        _events.End(why is null || _disposed || _queue.IsLeaving ? null : new EngineEvent.Died(why));
    }

    // Apart from the dispatch thread, which Corosync can keep in any call.
    private void Watch()
    {
        switch (_echo.Step(Stopwatch.GetElapsedTime(_began)))
        {
            case EchoStep.None:
                break;
            case EchoStep.Pulse:
                _group.Pulse();
                break;
            case EchoStep.Lost:
                _hangs = true;
                _queue.Close();
                if (!_disposed && !_queue.IsLeaving)
                    _events.End(new EngineEvent.Died(
                        $"Corosync hangs: nothing has come back for {_echo.Limit.TotalMilliseconds:0} ms"));
                _waiting.Wake();
                break;
        }
    }

    private void Loop()
    {
        bool mustRetry = false;
        while (!_disposed && !_hangs)
        {
            if (_waiting.Wait(mustRetry ? RetryMs : -1))
                throw new CorosyncException("poll", CsError.Library);
            _group.Dispatch();
            _quorum.Dispatch();
            mustRetry = !_group.TrySendAll();
            _group.ThrowIfBroken();
            if (_queue.IsReadyToLeave)
            {
                _group.Leave();
                return;
            }
        }
    }

    private void Post(EngineEvent told)
    {
        if (!_events.TryAdd(told))
            throw new CorosyncException("this process has fallen too far behind in reading", CsError.NoSpace);
    }

    private void Close()
    {
        _links?.Dispose();
        _group.Dispose();
        _quorum.Dispose();
        if (_thread?.IsAlive != true)
            _events.End(null);
    }
}
