using Truce.Cli.ClusterSetup;

namespace Truce.Cli.Tests.ClusterSetup;

/// <summary>From nothing to a cluster: each machine's files are in a folder of its own.</summary>
public sealed class ClusterSetupTests : IDisposable
{
    private const string Init =
        "cluster init --name office --link 10.1.0.1,10.2.0.1 --member web2=10.1.0.2,10.2.0.2";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-setup-").FullName;
    private readonly ScriptedHost _first, _second;
    private Terminal _terminal = new();

    public ClusterSetupTests()
    {
        _first = Host("web1", 1);
        _second = Host("web2", 2);
    }

    private string Invitation => Path.Combine(_folder, "office.invitation");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_nodes_are_set_up_by_an_invitation()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        Assert.Contains("started corosync\nstarted truced\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Key(_first)));
        Assert.Equal(256, new FileInfo(Key(_first)).Length);
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {Invitation}");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Invitation));
        Assert.DoesNotContain(
            Convert.ToBase64String(await File.ReadAllBytesAsync(Key(_first), Cancel)), _terminal.Output,
            StringComparison.Ordinal);

        await EndsAsync(_second, ExitCode.Done, $"cluster join {Invitation}");
        Assert.Equal(await ConfAsync(_first), await ConfAsync(_second));
        Assert.Equal(await File.ReadAllBytesAsync(Key(_first), Cancel),
            await File.ReadAllBytesAsync(Key(_second), Cancel));
        Assert.Contains("two_node: 1", await ConfAsync(_second), StringComparison.Ordinal);
        Assert.Equal(["corosync", "truced"], _second.Active.Order());
        Assert.Contains("hears web1 by link 0\n", _terminal.Output, StringComparison.Ordinal);

        // Once more changes nothing.
        await EndsAsync(_second, ExitCode.Done, $"cluster join {Invitation}");
        Assert.DoesNotContain("wrote", _terminal.Output, StringComparison.Ordinal);
        await EndsAsync(_first, ExitCode.Done, "cluster init");
        Assert.Contains("as it is (cluster office)", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_goes_through_a_pipe()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        await EndsAsync(_first, ExitCode.Done, "cluster invite -");
        string piped = _terminal.Output;
        await EndsAsync(_second, ExitCode.Done, "cluster join - --no-start", piped);
        Assert.Equal(await ConfAsync(_first), await ConfAsync(_second));
        Assert.Empty(_second.Active);
    }

    [Fact]
    public async Task A_third_node_is_listed_first_and_members_take_the_new_list()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {Invitation}");
        await EndsAsync(_second, ExitCode.Done, $"cluster join {Invitation}");
        string second = Invitation + "2";
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {second} --add web3=10.1.0.3,10.2.0.3");
        Assert.Contains($"on web2, for the new list: truce cluster join {second}", _terminal.Output,
            StringComparison.Ordinal);
        int before = _second.Ran.Count;
        await EndsAsync(_second, ExitCode.Done, $"cluster join {second}");
        Assert.Contains("on one of them: corosync-cfgtool -R", _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_second.Ran.Skip(before), r => r.Contains("start ", StringComparison.Ordinal));
        Assert.DoesNotContain("two_node", await ConfAsync(_second), StringComparison.Ordinal);
        Assert.Contains("config_version: 2", await ConfAsync(_second), StringComparison.Ordinal);

        await EndsAsync(_second, ExitCode.Refused, $"cluster join {Invitation}");
        Assert.Contains("has version 1 of corosync.conf, and this node has 2", _terminal.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_nothing_is_written()
    {
        await EndsAsync(_first, ExitCode.No,
            "cluster init --link 10.9.0.1,10.2.0.1 --member web2=10.1.0.2 --member web3=127.0.0.1,10.2.0.3");
        foreach (string id in (string[])["address-not-local", "links-differ", "loopback-link"])
            Assert.Contains($"error {id}:", _terminal.Error, StringComparison.Ordinal);
        Assert.EndsWith("nothing has been changed\n", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_first.PathOf("/etc/corosync")));
    }

    [Fact]
    public async Task What_Corosync_refuses_is_not_written()
    {
        _first.Answers["corosync -t"] =
            new(8, "", "Nov 30 error   [MAIN  ] parse error in config: too odd\n");
        await EndsAsync(_first, ExitCode.No, Init);
        Assert.Contains("file: too odd; do:", _terminal.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Conf(_first)));
    }

    [Fact]
    public async Task A_file_of_the_administrator_is_never_replaced_unasked()
    {
        await EndsAsync(_first, ExitCode.Done, Init + " --no-start");
        string text = await ConfAsync(_first);
        await EndsAsync(_first, ExitCode.Refused, "cluster init --name other --link 10.1.0.1");
        Assert.Equal(text, await ConfAsync(_first));
        await EndsAsync(
            _first, ExitCode.Done, "cluster init --name other --link 10.1.0.1 --force --no-start");
        Assert.Contains("cluster_name: other", await ConfAsync(_first), StringComparison.Ordinal);
        string kept = Assert.Single(Directory.GetFiles(_first.PathOf("/etc/corosync"),
            "corosync.conf.kept-*"));
        Assert.Equal(text, await File.ReadAllTextAsync(kept, Cancel));
        Assert.Single(Directory.GetFiles(_first.PathOf("/etc/corosync"), "authkey.kept-*"));
    }

    [Fact]
    public async Task The_file_that_the_package_brings_is_replaced_and_kept()
    {
        await File.WriteAllTextAsync(Conf(_first),
            "totem {\n version: 2\n}\nnodelist {\n node {\n  name: node1\n  nodeid: 1\n"
            + "  ring0_addr: 127.0.0.1\n }\n}\n", Cancel);
        _first.Active.Add("corosync");
        await EndsAsync(_first, ExitCode.Done, Init);
        Assert.Contains(_first.Ran, r => r == "systemctl restart corosync");
        Assert.Contains("cluster_name: office", await ConfAsync(_first), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_first.PathOf("/etc/corosync"), "corosync.conf.kept-*"));
    }

    [Fact]
    public async Task Another_cluster_is_left_only_on_request_and_never_under_a_running_truced()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {Invitation}");
        await EndsAsync(_second, ExitCode.Done, "cluster init --name lonely --link 10.1.0.2");
        await EndsAsync(_second, ExitCode.Refused, $"cluster join {Invitation}");
        Assert.Contains("another cluster, lonely with web2", _terminal.Error, StringComparison.Ordinal);
        await EndsAsync(_second, ExitCode.Refused, $"cluster join {Invitation} --force");
        Assert.Contains("do: systemctl stop truced", _terminal.Error, StringComparison.Ordinal);
        _second.Active.Clear();
        await EndsAsync(_second, ExitCode.Done, $"cluster join {Invitation} --force");
        Assert.Contains("cluster_name: office", await ConfAsync(_second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_nobody_hears_is_told_so_within_bounds()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {Invitation}");
        _second.Answers["corosync-cfgtool"] = new(0, "Local node ID 2, transport knet\n", "");
        await EndsAsync(_second, ExitCode.TimedOut, $"cluster join {Invitation}");
        Assert.Contains("web1 isn't reached by any link; do: start it there", _terminal.Output,
            StringComparison.Ordinal);
        Assert.Contains("UDP ports 5405 to 5406", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cluster init --member web2", "not a node with its addresses")]
    [InlineData("cluster init --link 10.1.0.1 --name of{fice", "'of{fice': not a name")]
    [InlineData("cluster init --link 10.1.0.1{ --name a", "not an address")]
    [InlineData("cluster init", "this machine has 2 addresses: 10.1.0.1 on eth0, 10.2.0.1 on eth1")]
    [InlineData("cluster init --link 10.1.0.1 --quorum-device q", "for an even number of nodes")]
    public async Task What_is_typed_is_judged_before_anything_else(string line, string said)
    {
        await EndsAsync(_first, ExitCode.Usage, line);
        Assert.Contains(said, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_all_be_replaced_stay_as_they_were()
    {
        await EndsAsync(_first, ExitCode.Done, Init + " --no-start");
        string text = await ConfAsync(_first);
        ClusterFiles files = new(_first, new HastyTime());
        // A folder in the way of the second file.
        Directory.CreateDirectory(Path.Combine(_first.PathOf("/etc/corosync"), "way", "in"));
        Assert.ThrowsAny<SystemException>(() => files.Replace(
        [
            new NewFile(ClusterFiles.Configuration, "changed"u8.ToArray(), UnixFileMode.UserRead),
            new NewFile("/etc/corosync/way", "x"u8.ToArray(), UnixFileMode.UserRead),
        ]));
        Assert.Equal(text, await ConfAsync(_first));
        Assert.Empty(Directory.GetFiles(_first.PathOf("/etc/corosync"), "*truce-new"));
    }

    [Fact]
    public async Task Nodes_are_compared_over_ssh_and_from_files_without_the_key()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {Invitation}");
        await EndsAsync(_second, ExitCode.Done, $"cluster join {Invitation}");
        await EndsAsync(_second, ExitCode.Done, "cluster check --facts");
        string facts = _terminal.Output;
        Assert.DoesNotContain(
            Convert.ToBase64String(await File.ReadAllBytesAsync(Key(_second), Cancel))[..20], facts,
            StringComparison.Ordinal);
        await EndsAsync(_first, ExitCode.Done, "cluster check");
        Assert.Contains("not compared: web2 (--ssh, or --with FILE)", _terminal.Output,
            StringComparison.Ordinal);
        _first.Answers["ssh"] = new(0, facts, "");
        await EndsAsync(_first, ExitCode.Done, "cluster check --ssh");
        Assert.Contains("; compared with web2\n", _terminal.Output, StringComparison.Ordinal);
        _first.Answers["ssh"] = new(255, "", "Permission denied (publickey).\n");
        await EndsAsync(_first, ExitCode.No, "cluster check --ssh --fail-on warning");
        Assert.Contains("web2: node: ssh: Permission denied (publickey).; do: ", _terminal.Output,
            StringComparison.Ordinal);
        File.Delete(Key(_second));
        await File.WriteAllBytesAsync(Key(_second), new byte[256], Cancel);
        await EndsAsync(_second, ExitCode.Done, "cluster check --facts");
        await EndsAsync(_first, ExitCode.No, "cluster check --with -", _terminal.Output);
        Assert.Contains("error key-differs", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_invited_to_a_cluster_that_lists_nobody_else()
    {
        await EndsAsync(_first, ExitCode.Done, "cluster init --link 10.1.0.1");
        await EndsAsync(_first, ExitCode.Refused, $"cluster invite {Invitation}");
        Assert.False(File.Exists(Invitation));
        await EndsAsync(_first, ExitCode.Done, $"cluster invite {Invitation} --add web2=10.1.0.2 --json");
        Assert.Contains("\"version\": 2", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_node_is_added_while_a_member_would_miss_it()
    {
        await EndsAsync(_first, ExitCode.Done, Init);
        _first.Answers["corosync-cfgtool"] = new(0, "Local node ID 1, transport knet\n", "");
        string line = $"cluster invite {Invitation} --add web3=10.1.0.3,10.2.0.3";
        await EndsAsync(_first, ExitCode.Refused, line);
        Assert.Contains("web2 isn't reached", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("web3", await ConfAsync(_first), StringComparison.Ordinal);
        Assert.False(File.Exists(Invitation));
        await EndsAsync(_first, ExitCode.Done, line + " --force");
    }

    [Fact]
    public async Task Who_is_not_root_gets_nowhere()
    {
        foreach (string verb in (string[])["init", "join f", "invite f", "check"])
            await EndsAsync(new ScriptedHost(), ExitCode.Refused, $"cluster {verb}");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ScriptedHost Host(string name, int number)
    {
        string root = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.Combine(root, "etc", "corosync"));
        return new ScriptedHost
        {
            Root = root,
            HostName = name,
            Cards =
            [
                new("eth0", $"10.1.0.{number}", "10.1.0.0/24"), new("eth1", $"10.2.0.{number}",
                    "10.2.0.0/24"),
            ],
        };
    }

    private async Task EndsAsync(ScriptedHost host, ExitCode expected, string line, string input = "")
    {
        _terminal = new Terminal { Host = host };
        ExitCode code = await _terminal.RunAsync(line, input);
        Assert.True(code == expected, $"{line}: {code}\n{_terminal.Output}\n{_terminal.Error}");
    }

    private static string Conf(ScriptedHost host) => host.PathOf(ClusterFiles.Configuration);

    private static string Key(ScriptedHost host) => host.PathOf("/etc/corosync/authkey");

    private static Task<string> ConfAsync(ScriptedHost host) => File.ReadAllTextAsync(Conf(host), Cancel);
}
