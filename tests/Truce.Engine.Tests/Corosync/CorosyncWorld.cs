using System.Diagnostics;
using System.Globalization;
using Truce.Engine.Tests.Contract;

namespace Truce.Engine.Tests.Corosync;

/// <summary>Hosts in namespaces of their own, each with a Corosync, joined by a bridge; a second one takes those that
/// are cut off. The member processes run on the hosts. All of it ends with this process.</summary>
internal sealed class CorosyncWorld : IEngineWorld
{
    private const int TokenMs = 1000;
    private readonly Process _network;
    private readonly Dictionary<string, (Process Parent, int First)> _hosts = [];
    private readonly List<TestMember> _members = [];
    private readonly string _configuration;
    private readonly int _outside;

    public CorosyncWorld(int hosts = 3, string quorum = "")
    {
        _configuration = Configuration(hosts, quorum);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hosts of their own need root");
        Assert.SkipUnless(File.Exists("/usr/sbin/corosync"), "corosync isn't installed");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip"), "iproute2 isn't installed");
        _network = Start(["unshare", "-n", "-m", "-p", "-f", "--kill-child", "--mount-proc", "sh", Script("network.sh")]);
        Ready(_network);
        _outside = ChildOf(_network);
    }

    public TimeSpan Token => TimeSpan.FromMilliseconds(TokenMs);

    public void Boot(params string[] nodes) => Task.WaitAll(nodes.Select(n => Task.Run(() => Boot(n))));

    public TestMember Join(string node, string group) => Join(node, group, node);

    public TestMember Join(string node, string group, string configuredName)
    {
        if (!_hosts.ContainsKey(node))
            Boot(node);
        TestMember member = new(node);
        member.Engine = new RemoteEngine(
            StartInfo([.. Into(node), Path.Combine(AppContext.BaseDirectory, "Truce.Engine.Tests"), "--member", configuredName, group]), member.Tell);
        _members.Add(member);
        return member;
    }

    public void KillProcess(TestMember member) => ((RemoteEngine)member.Engine).Kill();

    public void KillNode(string node)
    {
        // The cable first: else its kernel would still say good-bye, and a host that boots at once would find it in its way.
        Network($"link delete {node}");
        Run(["kill", "-9", Text(_hosts[node].First)]);
        _hosts[node].Parent.WaitForExit();
        _hosts.Remove(node);
    }

    public void Stall(TestMember member) => member.StopReading();

    public void Cut(string[] here, string[] there)
    {
        foreach (string node in there)
            Network($"link set {node} master br1");
    }

    public void Heal()
    {
        foreach (string node in _hosts.Keys)
            Network($"link set {node} master br0");
    }

    public void KillEngine() =>
        Task.WaitAll(_hosts.Keys.Select(n => Task.Run(() => KillEngine(n))));

    public void KillEngine(string node) => Run([.. Into(node), "sh", "-c", "kill -9 $(cat /run/corosync.pid)"]);

    /// <summary>Stops a node's Corosync where it is (-STOP), or lets it go on (-CONT).</summary>
    public void SignalEngine(string node, string signal) =>
        Run([.. Into(node), "sh", "-c", $"kill {signal} $(cat /run/corosync.pid)"]);

    /// <summary>Stops a member's process where it is.</summary>
    public void Freeze(TestMember member) => Signal(member, "-STOP");

    /// <summary>Lets it go on; also the program that entered the host with it, which stops when its child does.
    /// </summary>
    public void Thaw(TestMember member)
    {
        Signal(member, "-CONT");
        Run(["kill", "-CONT", Text(((RemoteEngine)member.Engine).Entry)]);
    }

    /// <summary>A command on a host, and what it printed; it must succeed.</summary>
    public string On(string node, params string[] command) => Run([.. Into(node), .. command]);

    public void Dispose()
    {
        foreach (TestMember member in _members)
        {
            member.ReadOn();
            ((RemoteEngine)member.Engine).Dispose();
        }

        _network.StandardInput.Close();
        _network.WaitForExit();
        foreach ((Process parent, _) in _hosts.Values)
            parent.Dispose();
        _network.Dispose();
    }

    private void Signal(TestMember member, string signal) =>
        Run([.. Into(member.Node), "kill", signal, Text((int)member.Self.Process)]);

    private void Boot(string node)
    {
        Process parent = Start(
        [
            "nsenter", "-t", Text(_outside), "-n", "-m", "-p", "unshare", "-n", "-m", "-p", "-i", "-u", "-f",
            "--kill-child", "sh", Script("host.sh"), node[1..], _configuration,
        ]);
        Ready(parent);
        lock (_hosts)
            _hosts[node] = (parent, FirstOf(parent.Id));
    }

    private static string Configuration(int hosts, string quorum) =>
        $$"""
        totem {
          version: 2
          cluster_name: truce-test
          transport: knet
          token: {{TokenMs}}
          token_coefficient: 0
          crypto_cipher: none
          crypto_hash: none
        }
        quorum {
          provider: corosync_votequorum
          {{quorum}}
        }
        nodelist {
        {{string.Concat(Enumerable.Range(1, hosts).Select(n => $"  node {{\n    nodeid: {n}\n    name: n{n}\n    ring0_addr: 10.78.0.{n}\n  }}\n"))}}}
        """;

    private string[] Into(string node) =>
        ["nsenter", "-t", Text(_hosts[node].First), "-n", "-m", "-p", "-i", "-u", "--"];

    private void Network(string command) =>
        Run(["nsenter", "-t", Text(_outside), "-n", "--", "ip", .. command.Split(' ')]);

    // nsenter forks to get into the PID namespace, unshare forks the host's first process.
    private static int FirstOf(int process)
    {
        int child = ChildOf(process);
        return File.ReadAllText($"/proc/{child}/comm").Trim() == "unshare" ? ChildOf(child) : child;
    }

    private static int ChildOf(Process process) => ChildOf(process.Id);

    private static int ChildOf(int process)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children");
        return int.Parse(File.ReadAllText(path).Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string Run(string[] command)
    {
        using Process process = Start(command);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {errors}");
        return output;
    }

    private static void Ready(Process process)
    {
        if (process.StandardOutput.ReadLine() != "ready")
            Assert.Fail("a host didn't boot: " + process.StandardError.ReadToEnd());
    }

    private static Process Start(string[] command) => Process.Start(StartInfo(command))!;

    private static ProcessStartInfo StartInfo(string[] command) => new(command[0], command[1..])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Corosync", name);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
