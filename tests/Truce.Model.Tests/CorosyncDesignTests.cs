using Truce.Model.Corosync;

namespace Truce.Model.Tests;

/// <summary>
/// Files that are made and changed. The whole of each is in corosync/NAME.conf; TRUCE_ACCEPT=1 writes them
/// anew.
/// </summary>
public sealed class CorosyncDesignTests
{
    private static readonly string s_folder =
        Path.Combine(RepositoryFolder.Path, "tests", "Truce.Model.Tests", "corosync");

    private const string Own = """
        # The office's cluster
        totem {
          version: 2
          transport: knet
          token: 5000
        }

        quorum {
          provider: corosync_votequorum
          expected_votes: 2
            two_node: 1
          wait_for_all: 1
          # more to come
        }

        nodelist {
          # the first ones
          node {
            nodeid: 7
            name: a
            ring0_addr: 10.0.0.7
          }
          node {
            nodeid: 3
            name: b
            ring0_addr: 10.0.0.3
          }
          # }
        }
        logging {
          to_syslog: yes
        }

        """;

    public static TheoryData<string, int, int, string?> Designs => new()
    {
        { "one-node", 1, 1, null },
        { "two-nodes", 2, 2, null },
        { "three-nodes", 3, 1, null },
        { "quorum-device", 2, 1, "arbiter" },
    };

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_cluster_is_written_and_read_back(string name, int nodes, int links, string? device)
    {
        string text = Design(nodes, links, device).Render();
        AssertGolden(name, text);
        CorosyncFile file = new(name, Read(text));
        Assert.Equal(nodes, file.Nodes.Length);
        Assert.Equal(nodes * links, CorosyncLinks.From(file.Root).Addresses.Length);
        Assert.Equal(1, CorosyncEdit.VersionOf(file.Root));
    }

    [Theory]
    [InlineData(2, null, 1)]
    [InlineData(3, null, 2)]
    [InlineData(2, "arbiter", 2)]
    public void One_vote_is_enough_only_for_two_nodes_alone(int nodes, string? device, int needed) =>
        Assert.Equal(needed, CorosyncTimes.From(Read(Design(nodes, 1, device).Render()), "c", 0,
            [])!.VotesNeeded);

    [Fact]
    public void A_third_node_ends_what_is_for_two_and_every_other_line_stays()
    {
        string text = CorosyncEdit.WithMember(Own, Read(Own), "c", ["10.0.0.8"]);
        AssertGolden("third-node", text);
        CorosyncFile file = new("c", Read(text));
        Assert.Equal(["7", "3", "8"], file.Nodes.Select(n => n.Find("nodeid")!.Text));
        Assert.Null(file.Quorum!.Find("two_node"));
        Assert.Equal(3, file.Times!.VotesExpected);
        Assert.Equal(1, CorosyncEdit.VersionOf(file.Root));
    }

    [Fact]
    public void A_second_node_makes_it_a_cluster_of_two()
    {
        string text = Design(1, 1, null).Render();
        CorosyncFile file = new("c", Read(CorosyncEdit.WithMember(text, Read(text), "web2", ["10.0.0.2"])));
        Assert.Equal(("1", "1"), (file.Quorum!.Find("two_node")!.Text,
            file.Quorum.Find("wait_for_all")!.Text));
        Assert.Equal(2, CorosyncEdit.VersionOf(file.Root));
    }

    [Fact]
    public void A_fourth_node_leaves_the_votes_alone_and_a_device_counts_them_itself()
    {
        string text = Design(3, 1, null).Render();
        Assert.Null(new CorosyncFile("c", Read(CorosyncEdit.WithMember(text, Read(text), "d", ["10.0.0.9"])))
            .Quorum!.Find("two_node"));
        string device = Design(2, 1, "arbiter").Render();
        Assert.Null(new CorosyncFile("c", Read(CorosyncEdit.WithMember(device, Read(device), "d",
            ["10.0.0.9"])))
            .Quorum!.Find("two_node"));
    }

    [Fact]
    public void A_trial_has_its_key_and_log_elsewhere()
    {
        CorosyncSection root = Read(CorosyncEdit.ForTrial(Own, Read(Own), "/t/key", "/t/log"));
        Assert.Equal("/t/key", root.First("totem")!.Find("keyfile")!.Text);
        CorosyncSection logging = root.First("logging")!;
        Assert.Equal(("/t/log", "no", "yes"),
            (logging.Find("logfile")!.Text, logging.Find("to_syslog")!.Text,
                logging.Find("to_stderr")!.Text));
        const string bare = "totem {\n}\n";
        Assert.NotNull(Read(CorosyncEdit.ForTrial(bare, Read(bare), "k", "l")).First("logging"));
    }

    [Fact]
    public void A_running_corosync_is_read_from_its_own_tools()
    {
        CorosyncRuntime runtime = CorosyncRuntime.Parse(
            """
            Local node ID 1, transport knet
            nodeid: 2 reachable   onwire (min/max/cur): 0, 1, 1
               LINK: 0 udp (10.1.0.1->10.1.0.2) enabled connected mtu: 1397
               LINK: 1 udp (10.2.0.1->10.2.0.2) enabled mtu: 469
            """,
            """
            nodelist.node.0.name (str) = web1
            nodelist.node.0.nodeid (u32) = 1
            nodelist.node.1.name (str) = web2
            totem.config_version (u64) = 3
            """);
        Assert.Equal([2], runtime.Reached.AsEnumerable());
        Assert.Equal(
            [
                new CorosyncLinkState(2, 0, "10.1.0.1 to 10.1.0.2", LinkConnection.Connected),
                new CorosyncLinkState(2, 1, "10.2.0.1 to 10.2.0.2", LinkConnection.Broken),
            ], runtime.Links.AsEnumerable());
        Assert.Equal((3, "web1 web2"), (runtime.Version, string.Join(' ', runtime.Names)));
        Assert.Empty(CorosyncRuntime.Parse("", "").Names);
    }

    private static CorosyncDesign Design(int nodes, int links, string? device) => new(
        "office",
        [.. Enumerable.Range(1, nodes).Select(n => new CorosyncMember(
            $"web{n}", n, [.. Enumerable.Range(1, links).Select(l => $"10.{l}.0.{n}")]))])
    {
        Device = device is null ? null : new CorosyncDevice(device, DeviceTransport.Plain),
    };

    private static CorosyncSection Read(string text) =>
        Assert.IsType<CorosyncReadResult.Accepted>(CorosyncReader.Parse(text, "corosync.conf")).Root;

    private static void AssertGolden(string name, string text)
    {
        string path = Path.Combine(s_folder, name + ".conf");
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }
}
