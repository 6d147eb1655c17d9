using System.Collections.Immutable;
using Truce.Engine.Local;
using Truce.Engine.Local.Sequencing;
using Truce.Engine.Tests.Contract;
using Truce.Model;

namespace Truce.Engine.Tests.Local;

/// <summary>A sequencer on a socket of its own, in this process; members over real sockets.</summary>
internal sealed class LocalEngineWorld : IEngineWorld
{
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-engine-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly SequencerServer _server;
    private readonly Thread _thread;
    private readonly List<TestMember> _members = [];
    private uint _process = 100;

    public LocalEngineWorld(Func<SequencerOptions, SequencerOptions>? change = null)
    {
        SequencerOptions options = new(
            "boot", Nodes("n1", "n2", "n3"), TimeSpan.FromMilliseconds(500), false, false, true, 1);
        options = change?.Invoke(options) ?? options;
        Token = options.Token;
        _server = new SequencerServer(Socket, options);
        _thread = new Thread(() => _server.Run(_stop.Token)) { IsBackground = true };
        _thread.Start();
    }

    public string Socket => Path.Combine(_folder, "engine.sock");

    public TimeSpan Token { get; }

    public static ImmutableSortedDictionary<NodeId, int> Nodes(params string[] names) =>
        names.ToImmutableSortedDictionary(n => new NodeId(n), _ => 1);

    public TestMember Join(string node, string group) => Join(node, group, "first boot");

    public TestMember Join(string node, string group, string incarnation, string kernel = "boot")
    {
        TestMember member = new(node);
        member.Engine = LocalEngine.Join(
            new LocalEngineOptions(Socket, kernel, new NodeId(node), incarnation, group, ++_process, ""), member.Tell);
        _members.Add(member);
        return member;
    }

    public void KillProcess(TestMember member) => ((LocalEngine)member.Engine).Dispose();

    public void KillNode(string node)
    {
        foreach (TestMember member in _members.Where(m => m.Node == node))
            KillProcess(member);
    }

    public void Stall(TestMember member) => member.StopReading();

    public void Cut(string[] here, string[] there) =>
        Tell($$"""{"op":"cut","from":["{{string.Join("\",\"", here)}}"],"to":["{{string.Join("\",\"", there)}}"]}""");

    public void Heal() => Tell("""{"op":"heal"}""");

    public void KillEngine()
    {
        _stop.Cancel();
        _thread.Join();
        _server.Dispose();
    }

    public string Tell(string line)
    {
        using System.Net.Sockets.Socket socket = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(Socket + ".ctl"));
        using System.Net.Sockets.NetworkStream stream = new(socket);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        using StreamReader reader = new(stream);
        return reader.ReadLine()!;
    }

    public void Dispose()
    {
        foreach (TestMember member in _members)
        {
            member.ReadOn();
            KillProcess(member);
        }

        KillEngine();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }
}
