using System.Collections.Concurrent;
using System.Diagnostics;
using Truce.Engine.Tests.Contract;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>The contract that the real engines keep, kept by the simulated one too.</summary>
public sealed class SimulatedEngineTests : EngineContract
{
    protected override IEngineWorld Create() => new SimulatedEngineWorld();
}

/// <summary>The simulated engine with its virtual time tied to real time, in a thread of its own.</summary>
internal sealed class SimulatedEngineWorld : IEngineWorld
{
    private readonly object _lock = new();
    private readonly Clockwork _clock = new(1);
    private readonly SimulatedEngine _engine;
    private readonly List<Reader> _readers = [];
    private readonly Thread _thread;
    private volatile bool _over;
    private uint _process = 100;

    public SimulatedEngineWorld()
    {
        _engine = new SimulatedEngine(_clock, [new NodeId("n1"), new NodeId("n2"), new NodeId("n3")]);
        _thread = new Thread(KeepTime) { IsBackground = true };
        _thread.Start();
    }

    public TimeSpan Token => TimeSpan.FromSeconds(1);

    public TestMember Join(string node, string group)
    {
        TestMember member = new(node);
        Reader reader = new(member);
        lock (_lock)
        {
            NodeId id = new(node);
            if (!_engine.IsUp(id))
                _engine.Start(id);
            EngineGroup of = group == "control" ? EngineGroup.Controllers : EngineGroup.Supervisors;
            member.Engine = new Locked(_lock, _engine.Join(id, of, ++_process, reader.Post), of);
            _readers.Add(reader);
        }

        return member;
    }

    public void KillProcess(TestMember member)
    {
        lock (_lock)
        {
            _engine.ProcessEnded(
                new NodeId(member.Node), ((Locked)member.Engine).Group, member.Self.Process, MembershipReason.ProcessDown);
        }
    }

    public void KillNode(string node)
    {
        lock (_lock)
            _engine.Stop(new NodeId(node));
    }

    public void Stall(TestMember member) => member.StopReading();

    public void Cut(string[] here, string[] there)
    {
        lock (_lock)
            _engine.Split(n => there.Contains(n.Value) ? 1 : 0);
    }

    public void Heal()
    {
        lock (_lock)
            _engine.HealAll();
    }

    public void KillEngine()
    {
        lock (_lock)
        {
            foreach (string node in new[] { "n1", "n2", "n3" })
                _engine.Die(new NodeId(node));
        }
    }

    public void Dispose()
    {
        _over = true;
        _thread.Join();
        foreach (Reader reader in _readers)
            reader.Dispose();
    }

    private void KeepTime()
    {
        Stopwatch real = Stopwatch.StartNew();
        TimeSpan shown = TimeSpan.Zero;
        while (!_over)
        {
            TimeSpan now = real.Elapsed;
            lock (_lock)
                _clock.Run(now - shown);
            shown = now;
            Thread.Sleep(1);
        }
    }

    /// <summary>A member's own thread: one that reads nothing holds up nobody else.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly BlockingCollection<EngineEvent> _told = [];
        private readonly TestMember _member;
        private readonly Thread _thread;

        public Reader(TestMember member)
        {
            _member = member;
            _thread = new Thread(Read) { IsBackground = true };
            _thread.Start();
        }

        public void Post(EngineEvent told) => _told.Add(told);

        public void Dispose()
        {
            _told.CompleteAdding();
            _member.ReadOn();
            _thread.Join();
            _told.Dispose();
        }

        private void Read()
        {
            foreach (EngineEvent told in _told.GetConsumingEnumerable())
                _member.Tell(told);
        }
    }

    private sealed class Locked(object one, IEngine engine, EngineGroup group) : IEngine
    {
        public EngineGroup Group => group;

        public EngineMember Self => engine.Self;

        public TimeSpan Token => engine.Token;

        public SendResult TrySend(ReadOnlyMemory<byte> payload)
        {
            lock (one)
                return engine.TrySend(payload);
        }

        public void Leave()
        {
            lock (one)
                engine.Leave();
        }
    }
}
