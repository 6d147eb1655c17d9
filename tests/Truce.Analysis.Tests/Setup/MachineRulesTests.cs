using System.Collections.Immutable;
using Truce.Analysis.Setup;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Tests.Setup;

public sealed class MachineRulesTests
{
    private static readonly Machine s_sound = new()
    {
        HostName = "web1",
        NodeName = "web1",
        Settings = new Dictionary<string, string> { ["watchdog"] = "/dev/watchdog" },
        Addresses =
        [
            new("eth0", "10.1.0.1", "10.1.0.0/24"), new("eth1", "10.2.0.1", "10.2.0.0/24"),
            new("eth2", "10.1.0.9", "10.1.0.0/24"),
        ],
        Key = new MachineKey(256, KeyAccess.RootOnly),
        Clock = ClockState.Synchronised,
        Units = new Dictionary<string, MachineUnit>
        {
            ["corosync"] = new("loaded", "inactive", "enabled"),
            ["truced"] = new("loaded", "inactive", "disabled"),
        },
    };

    private static readonly string s_text = Text(["10.1.0.1", "10.2.0.1"]);

    private static string Text(ImmutableArray<string> own) => new CorosyncDesign("office",
        [new("web1", 1, own), new("web2", 2, ["10.1.0.2", "10.2.0.2"])]).Render();

    [Fact]
    public void A_sound_machine_gives_nothing_to_say() => Assert.Empty(Ids(s_text, s_sound));

    [Fact]
    public void Its_name_must_be_listed()
    {
        Finding finding = Assert.Single(Look(s_text, s_sound with { HostName = "db1", NodeName = "db1" }));
        Assert.Equal("node-not-listed", finding.Id);
        Assert.Contains("no node is called db1 (web1, web2)", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_addresses_must_be_its_own()
    {
        Finding finding = Assert.Single(Look(Text(["10.1.0.1", "10.2.0.77"]), s_sound));
        Assert.Equal(("address-not-local", "node.ring1_addr"), (finding.Id, finding.Element));
        Assert.Contains("10.2.0.1 on eth1", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_may_be_a_name_that_leads_here()
    {
        string text = Text(["web1-a", "10.2.0.1"]);
        Assert.Equal(["address-not-local"], Ids(text, s_sound));
        Assert.Empty(Ids(text, s_sound with
        {
            Resolved = new Dictionary<string, ImmutableArray<string>> { ["web1-a"] = ["10.1.0.1"] },
        }));
    }

    [Fact]
    public void Links_are_in_networks_of_their_own() =>
        Assert.Equal(["links-in-one-network"], Ids(Text(["10.1.0.1", "10.1.0.9"]), s_sound));

    [Fact]
    public void Every_node_has_every_link_of_one_kind()
    {
        Assert.Equal(["links-differ"], Ids(Text(["10.1.0.1"]), s_sound));
        Machine both = s_sound with
        {
            Addresses = [.. s_sound.Addresses, new("eth1", "fd00::1", "fd00::/64")],
        };
        Assert.Equal(["links-differ"], Ids(Text(["10.1.0.1", "fd00::1"]), both));
    }

    [Theory]
    [InlineData("10.2.0.1", 5406, true)]
    [InlineData("0.0.0.0", 5405, true)]
    [InlineData("::", 5405, true)]
    [InlineData("10.1.0.9", 5405, false)]
    [InlineData("10.2.0.1", 5405, false)]
    public void Ports_must_be_free_unless_Corosync_itself_has_them(string address, int port, bool isTaken)
    {
        Machine machine = s_sound with { Ports = [(address, port)] };
        string[] expected = isTaken ? ["port-taken"] : [];
        Assert.Equal(expected, Ids(s_text, machine));
        Assert.Empty(Ids(s_text, With(machine, "corosync", "active")));
    }

    [Theory]
    [InlineData(0, KeyAccess.RootOnly, "key-length")]
    [InlineData(127, KeyAccess.RootOnly, "key-length")]
    [InlineData(4097, KeyAccess.RootOnly, "key-length")]
    [InlineData(256, KeyAccess.Others, "key-readable")]
    public void A_key_must_be_whole_and_secret(int bytes, KeyAccess access, string expected) =>
        Assert.Equal([expected], Ids(s_text, s_sound with { Key = new MachineKey(bytes, access) }));

    [Fact]
    public void Without_a_key_nothing_is_encrypted()
    {
        Assert.Equal(["key-missing"], Ids(s_text, s_sound with { Key = null }));
        string clear = s_text.Replace("aes256", "none", StringComparison.Ordinal)
            .Replace("sha256", "none", StringComparison.Ordinal);
        Assert.Equal(["messages-in-clear"], Ids(clear, s_sound with { Key = null }));
    }

    [Fact]
    public void Pacemaker_another_engine_no_reset_and_a_free_clock_are_named()
    {
        Machine machine = With(s_sound, "pacemaker", "active") with
        {
            Settings = new Dictionary<string, string> { ["engine"] = "local" },
            Clock = ClockState.Free,
            Resolved = new Dictionary<string, ImmutableArray<string>> { ["web2"] = [] },
            Silent = ["10.2.0.2"],
            Refusal = "line 3: no",
        };
        Assert.Equal(
            ["address-silent", "clock-free", "corosync-refuses", "engine-not-corosync", "name-unresolved",
                "nothing-resets-node", "pacemaker-active"],
            Ids(s_text, machine));
    }

    [Fact]
    public void What_runs_is_compared_with_what_is_written()
    {
        CorosyncFile file = Read(s_text);
        Machine running = With(With(s_sound, "truced", "active"), "corosync", "active");
        CorosyncRuntime sound = new([2], [new(2, 0, "a to b", LinkConnection.Connected)], 1, ["web1",
            "web2"]);
        Assert.Empty(RunningRules.Look(file, running with { Runtime = sound }));
        Assert.Equal(
            ["link-broken"], RunningIds(file, running with
            {
                Runtime = sound with { Links = [new(2, 1, "a to b", LinkConnection.Broken)] },
            }));
        Assert.Equal(
            ["node-not-reached"], RunningIds(file, running with { Runtime = sound with { Reached = [] } }));
        Assert.Equal(
            ["file-not-loaded"], RunningIds(file, running with { Runtime = sound with { Version = 2 } }));
        Assert.Equal(
            ["file-not-loaded"], RunningIds(file, running with { Runtime = sound with { Names =
                ["web1"] } }));
        Assert.Equal(["unit-not-active"], RunningIds(file, With(running, "truced", "failed")));
    }

    [Fact]
    public void Nodes_are_compared_with_each_other()
    {
        NodeFacts own = new("web1", s_text, "k", "3.1.7", "0.1.0");
        Assert.Empty(Compare(own, own with { Node = "web2" }, 0));
        Assert.Equal(["key-differs"], Compare(own, own with { Node = "web2", KeyDigest = "other" }, 0));
        Assert.Equal(["corosync-files-differ"], Compare(own, own with
        {
            File = s_text.Replace("config_version: 1", "config_version: 2", StringComparison.Ordinal),
        }, 0));
        Assert.Equal(["clocks-differ"], Compare(own, own with { Node = "web2" }, 30));
        Assert.Equal(["clocks-differ"], Compare(own, own with { Node = "web2" }, -30));
        Finding version = Assert.Single(ComparingRules.Look(own, [new(own with { Corosync = "2.4.5" },
            default)]));
        Assert.Equal(("versions-differ", Severity.Error), (version.Id, version.Severity));
    }

    [Fact]
    public void What_truce_check_says_of_corosync_conf_counts_here_too_and_the_worst_of_it_refuses()
    {
        string both = s_text.Replace("nodeid: 2", "nodeid: 1", StringComparison.Ordinal);
        Finding finding = Assert.Single(CorosyncRules.Look([Read(both)]));
        Assert.Equal(("corosync-node-twice", Severity.Error), (finding.Id, finding.Severity));
    }

    private static IEnumerable<string> Compare(NodeFacts own, NodeFacts other, int seconds) =>
        ComparingRules.Look(own,
        [
            new(other, new(TimeSpan.FromSeconds(seconds - 0.5), TimeSpan.FromSeconds(seconds + 0.5))),
        ]).Select(f => f.Id);

    private static Machine With(Machine machine, string unit, string state) => machine with
    {
        Units = new Dictionary<string, MachineUnit>(machine.Units) { [unit] = new("loaded", state,
            "enabled") },
    };

    private static IEnumerable<string> RunningIds(CorosyncFile file, Machine machine) =>
        RunningRules.Look(file, machine).Select(f => f.Id);

    private static IEnumerable<string> Ids(string text, Machine machine) =>
        Look(text, machine).Select(f => f.Id).Order(StringComparer.Ordinal);

    private static IEnumerable<Finding> Look(string text, Machine machine) =>
        new MachineRules(Read(text), machine).Look();

    private static CorosyncFile Read(string text) => new(
        "corosync.conf",
        Assert.IsType<CorosyncReadResult.Accepted>(CorosyncReader.Parse(text, "corosync.conf")).Root);
}
