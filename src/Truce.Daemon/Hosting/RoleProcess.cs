using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Daemon.Configuration;
using Truce.Daemon.Links;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>
/// What every role's process has: its lock (a role runs once on a node), mailbox, log, links, session, and
/// the link to the supervisor over which it says that it is up and alive.
/// </summary>
internal sealed partial class RoleProcess : IDisposable
{
    private const int MailboxCapacity = 4096;

    private readonly RoleLock _lock;
    private readonly Signals _signals;
    private long _supervisor = -1;
    private int _connected;

    private RoleProcess(DaemonConfiguration configuration, RoleKind role, RoleLock held)
    {
        (Configuration, Role, _lock) = (configuration, role, held);
        Log = new RoleLog(
            Name, configuration.LogDirectory, JournalSocket.OfProcess(),
            new("TRUCE_CLUSTER", configuration.Cluster), new("TRUCE_NODE", configuration.Node.Value),
            new("TRUCE_INCARNATION", configuration.BootId), new("TRUCE_SESSION", Session));
        Links = new SocketLinks(FromLink, NativeProcess.User);
        Pause = configuration.TestPause is { } armed ? new NodePause(armed) : new NoPause();
        _signals = new Signals(AskStop);
    }

    public DaemonConfiguration Configuration { get; }

    public RoleKind Role { get; }

    public string Name => Role.ToString().ToLowerInvariant();

    public Mailbox Mailbox { get; } = new(MailboxCapacity);

    public RoleLog Log { get; }

    public SocketLinks Links { get; }

    public IPausePoints Pause { get; }

    /// <summary>This life of the role.</summary>
    public string Session { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>Makes the directories and takes the role's lock.</summary>
    /// <exception cref="ConfigurationException">The role runs already, or a
    /// directory can't be made.</exception>
    public static RoleProcess Begin(DaemonConfiguration configuration, RoleKind role)
    {
        string name = role.ToString().ToLowerInvariant();
        try
        {
            foreach (string directory in new[] { configuration.RunDirectory, configuration.StateDirectory,
                configuration.LogDirectory })
                Directory.CreateDirectory(directory);
            if (MayGoFirst(role))
                NativeProcess.GoFirst();
            RoleLock held = RoleLock.TryTake(configuration.RunDirectory, name)
                ?? throw new ConfigurationException($"{name}: this role is already running on this node");
            return new RoleProcess(configuration, role, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{name}: {e.Message}");
        }
    }

    // The supervisor's children would inherit it, and so would agents, but for the gate that gives it up.
    private static bool MayGoFirst(RoleKind role) => role == RoleKind.Controller
        || (role is RoleKind.Executor or RoleKind.Fencer
            && File.Exists(Path.Combine(AppContext.BaseDirectory, "truce-gate")));

    /// <summary>SIGTERM or SIGINT came.</summary>
    public bool StopWasAsked { get; private set; }

    /// <summary>Connects to the supervisor before the role's loop turns, for one that
    /// has to wait for something. </summary>
    public void ConnectSupervisor()
    {
        if (Role != RoleKind.Supervisor && Interlocked.Exchange(ref _connected, 1) == 0)
            Links.Dial(Configuration.Socket("supervisor"), RoleKind.Supervisor);
    }

    /// <summary>Tells the log what is waited for.</summary>
    public void SayWaiting(string reason) => LogWaiting(Log, reason);

    /// <summary>Tells the supervisor that this process doesn't hang.</summary>
    public void SayAlive() => SayAlive(0);

    /// <summary>Connects to the supervisor and turns the role's loop until it ends.</summary>
    public int Run(IRole role)
    {
        ConnectSupervisor();
        return new RoleHost(role, Mailbox, Log, SayAlive).Run();
    }

    public void Dispose()
    {
        Links.Dispose();
        _signals.Dispose();
        Log.Dispose();
        _lock.Dispose();
    }

    private void AskStop(string reason)
    {
        StopWasAsked = true;
        Mailbox.Post(new RoleInput.StopAsked(reason));
    }

    private void FromLink(LinkEvent linked)
    {
        if (linked is LinkEvent.Opened { Peer: RoleKind.Supervisor, Link: var link } && Role != RoleKind.Supervisor)
        {
            Interlocked.Exchange(ref _supervisor, link.Value);
            Send(new SupervisorMessage.Ready(RoleProtocol.Version, Name, Session));
        }

        Mailbox.Post(new RoleInput.FromLink(linked));
    }

    private void SayAlive(long turn) => Send(new SupervisorMessage.Alive(turn));

    private void Send(SupervisorMessage message)
    {
        long link = Interlocked.Read(ref _supervisor);
        if (link >= 0)
            Links.TrySend(new LinkId(link), RoleProtocol.Encode(message));
    }

    [LoggerMessage(101, LogLevel.Information, "waits: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);
}
