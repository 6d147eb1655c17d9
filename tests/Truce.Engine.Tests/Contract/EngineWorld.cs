using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Contract;

/// <summary>An engine's world as the contract sees it: nodes n1…nN, whose processes join groups, and faults.
/// One implementation for each engine (local, Corosync, simulated).</summary>
public interface IEngineWorld : IDisposable
{
    /// <summary>How long a silent node stays a member.</summary>
    TimeSpan Token { get; }

    /// <summary>Lets these nodes boot at once, where nodes have to boot; otherwise the first join boots one.</summary>
    void Boot(params string[] nodes) { }

    /// <summary>A process of a node joins a group.</summary>
    TestMember Join(string node, string group);

    /// <summary>The process ends without a word.</summary>
    void KillProcess(TestMember member);

    /// <summary>The node loses its power: all its processes at once.</summary>
    void KillNode(string node);

    /// <summary>The process is there, but reads nothing of what it is told.</summary>
    void Stall(TestMember member);

    /// <summary>Stops all traffic between the two sets of nodes.</summary>
    void Cut(string[] here, string[] there);

    /// <summary>Takes all cuts back.</summary>
    void Heal();

    /// <summary>The engine itself dies, under all nodes.</summary>
    void KillEngine();
}

/// <summary>A member with everything that it was told.</summary>
public sealed class TestMember(string node)
{
    private readonly object _lock = new();
    private readonly List<EngineEvent> _events = [];
    private bool _stopped;

    public string Node { get; } = node;

    public IEngine Engine { get; set; } = null!;

    public EngineMember Self => Engine.Self;

    public IReadOnlyList<EngineEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    public IReadOnlyList<EngineEvent.View> Views => [.. Events.OfType<EngineEvent.View>()];

    public IReadOnlyList<string> Texts =>
        [.. Events.OfType<EngineEvent.Delivered>().Select(d => $"{d.Sender}:{Text(d.Payload)}")];

    public EngineEvent.View? LastView => Events.OfType<EngineEvent.View>().LastOrDefault();

    public EngineEvent.Quorum? LastQuorum => Events.OfType<EngineEvent.Quorum>().LastOrDefault();

    public void Tell(EngineEvent engineEvent)
    {
        lock (_lock)
        {
            while (_stopped)
                Monitor.Wait(_lock);
            _events.Add(engineEvent);
            Monitor.PulseAll(_lock);
        }
    }

    public void StopReading() => SetStopped(true);

    public void ReadOn() => SetStopped(false);

    /// <summary>Sends, waiting for room as a role would.</summary>
    public void Send(string text) => Send(System.Text.Encoding.UTF8.GetBytes(text));

    public void Send(byte[] payload)
    {
        SendResult result = SendResult.Busy;
        for (int i = 0; i < 5000 && (result = Engine.TrySend(payload)) == SendResult.Busy; i++)
            Thread.Sleep(2);
        Assert.Equal(SendResult.Sent, result);
    }

    /// <summary>Waits until what was told so far fulfils the condition.</summary>
    public void Until(Func<TestMember, bool> condition, string what)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(45);
        lock (_lock)
        {
            while (!condition(this))
            {
                TimeSpan left = limit - DateTime.UtcNow;
                Assert.True(left > TimeSpan.Zero && Monitor.Wait(_lock, left) || condition(this),
                    $"{Node}: {what}; told: {string.Join("; ", _events.TakeLast(8).Select(Short))}");
            }
        }
    }

    public void UntilMembers(params TestMember[] members)
    {
        EngineMember[] expected = [.. members.Select(m => m.Self).Order()];
        Until(m => m.LastView is { } v && v.Members.SequenceEqual(expected), $"members {string.Join(' ', expected)}");
    }

    private void SetStopped(bool stopped)
    {
        lock (_lock)
        {
            _stopped = stopped;
            Monitor.PulseAll(_lock);
        }
    }

    private static string Text(ReadOnlyMemory<byte> payload) => System.Text.Encoding.UTF8.GetString(payload.Span);

    private static string Short(EngineEvent e) => e is EngineEvent.View v
        ? $"view {v.Ring} [{string.Join(' ', v.Members)}] +[{string.Join(' ', v.Joined)}] -[{string.Join(' ', v.Left)}]"
        : e.ToString()!.Length > 200 ? e.ToString()![..200] : e.ToString()!;
}
