using System.Text.Json;
using Truce.Contracts;

namespace Truce.Cli.Tests;

public sealed class StatusCommandTests
{
    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    [Fact]
    public async Task A_healthy_cluster_takes_a_line_and_two_tables()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("status --socket s"));
        Assert.Equal(
            """
            Cluster lab: quorate (3 of 3 votes, 2 needed), settled, coordinator n1, configuration 7

            NODE  STATE   RUNS
            n1    online  web
            n2    online  a b
            n3    online

            RESOURCE  ROLE     NODE  AGENT                NOTE
            web       Started  n1    ocf:pacemaker:Dummy
            a         Started  n2    ocf:pacemaker:Dummy
            b         Started  n2    ocf:pacemaker:Dummy

            """, _terminal.Output);
    }

    [Fact]
    public async Task What_is_wrong_comes_with_a_sentence()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", null)) with
        {
            Quorate = false,
            Holds = [new HoldStatus("lost-node", "web", "n3", "it may still be active there; fence n3")],
            Fencing = [ScriptedCluster.Fence("n3", "running", ended: false)],
            Quarantined = ["n2"],
        };
        await _terminal.RunAsync("status --socket s");
        Assert.Contains("NOT QUORATE", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("Held back\n  web on n3: it may still be active there; fence n3", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("reboot n3: running by n1, since 60.0 s, asked for by hand", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("n2    online, quarantined", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_of_fencing_that_failed_are_named_and_those_never_proven_counted()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) with
        {
            FencePaths = new FencePathsStatus(6, 4,
            [
                new FencePathStatus("n1", "power", "n2", "failed", null, "no route to host"),
                new FencePathStatus("n2", "power", "n3", "never", null, ""),
            ]),
        };
        await _terminal.RunAsync("status --socket s");
        Assert.EndsWith(
            """

            Fencing n2 from n1 with power failed when it was tested: no route to host
            Fencing: 4 of 6 paths proven (n2 fencing n3 with power not yet); do: truce fence test on each node

            """, _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_that_are_all_proven_take_no_line()
    {
        _terminal.Cluster!.Status = c =>
            c.Running(("web", "n1")) with { FencePaths = new FencePathsStatus(6, 6, []) };
        await _terminal.RunAsync("status --socket s");
        Assert.DoesNotContain("Fencing", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_that_are_slower_than_before_are_named()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) with
        {
            Slower =
            [
                new SlowerOperationStatus(
                    "web", "stop", 41_200, 20_000, 60_000, "stop of web took long; do: find out"),
            ],
        };
        await _terminal.RunAsync("status --socket s");
        Assert.EndsWith("\nSlower than before\n  stop of web took long; do: find out\n", _terminal.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_and_clones_are_trees_and_notes_say_in_words_why_nothing_runs()
    {
        EnclosingResource clone = new("c", "clone"), group = new("g", "group");
        _terminal.Cluster!.Status = c =>
            c.Running(("a", "n1"), ("b", "n1"), ("d", null), ("e", null)) is var s ? s with
        {
            Resources =
            [
                s.Resources[0] with { Within = [clone, group] },
                s.Resources[1] with { Within = [clone, group] },
                s.Resources[2] with { Note = "disabled" },
                s.Resources[3],
            ],
        } : s;
        await _terminal.RunAsync("status --socket s");
        Assert.Contains(
            """
            RESOURCE  ROLE     NODE  AGENT                NOTE
            c         clone
              g       group
                a     Started  n1    ocf:pacemaker:Dummy
                b     Started  n1    ocf:pacemaker:Dummy
            d         Stopped  -     ocf:pacemaker:Dummy  disabled
            e         Stopped  -     ocf:pacemaker:Dummy  truce why e says why
            """, _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public async Task No_line_is_wider_than_the_terminal(int columns)
    {
        string words = string.Join(' ', Enumerable.Repeat("umount: /srv/data: target is busy;", 8));
        _terminal.With("COLUMNS", columns.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) is var s ? s with
        {
            Resources = [s.Resources[0] with { Failed = true, Reason = words }],
            Holds = [new HoldStatus("failed-stop", "web", "n1", words)],
        } : s;
        await _terminal.RunAsync("status --socket s");
        Assert.All(_terminal.Output.Split('\n'), l => Assert.True(l.Length <= columns, l));
        Assert.Equal(16, _terminal.Output.Split("umount:").Length - 1);
    }

    [Fact]
    public async Task Links_are_told_with_the_node_that_sees_them()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) with
        {
            AnsweredBy = "n1",
            Links = [new LinkStatus("n2", 0, true), new LinkStatus("n2", 1, false),
                new LinkStatus("n3", 0, true)],
        };
        await _terminal.RunAsync("status --socket s");
        Assert.Contains(
            "\nLinks: 1 of 3 are DOWN, as n1 sees them\n  link 1 to n2 is down\n", _terminal.Output,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_are_all_up_take_a_line()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) with
        {
            AnsweredBy = "n1",
            Links = [new LinkStatus("n2", 0, true), new LinkStatus("n3", 0, true)],
        };
        await _terminal.RunAsync("status --socket s");
        Assert.Contains("\nLinks: all 2 are up, as n1 sees them\n", _terminal.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_shows_the_last_events_and_each_only_once()
    {
        using CancellationTokenSource interrupt = new();
        int statuses = 0;
        List<ClusterEvent> events = [.. Enumerable.Range(1, 7).Select(Event)];
        Terminal terminal = new() { Cluster = new ScriptedCluster(), Interrupted = interrupt.Token };
        terminal.Cluster.Answer = asked =>
            asked is ClientRequest.GetEvents(var after, _, _)
                ? new ClientReply.Events([.. events.Where(e => e.Index > after)], 1) : null;
        terminal.Cluster.Status = c =>
        {
            if (++statuses == 2)
                events.Add(Event(8));
            if (statuses > 2)
                interrupt.Cancel();
            return c.Running(("web", "n1")) with { ConfigurationVersion = statuses };
        };
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("status --watch --socket s"));
        string[] screens = terminal.Output.Split("Last events\n");
        Assert.Equal(["web n3", "web n4", "web n5", "web n6", "web n7"], Subjects(screens[1]));
        // The stream ended and began again; then came another event.
        Assert.Equal(["web n4", "web n5", "web n6", "web n7", "web n8"], Subjects(screens[3]));
    }

    private static ClusterEvent Event(int index) => new(
        index, new DateTimeOffset(2026, 3, 1, 11, 0, index, TimeSpan.Zero), 1000, "start-done", $"n{index}",
            "web", "");

    private static string[] Subjects(string screen) =>
        [.. screen.Split('\n').Where(l => l.Contains("start-done", StringComparison.Ordinal))
            .Select(l => l[(l.IndexOf("start-done", StringComparison.Ordinal) + 16)..].Trim())];

    [Fact]
    public async Task A_time_that_is_not_known_is_not_told()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) with
        {
            Pending =
                [new PendingOperation("web", "start", 0, "n1", DateTimeOffset.UnixEpoch.AddSeconds(12))],
        };
        await _terminal.RunAsync("status --socket s");
        Assert.Contains("  start web on n1\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_fields_that_scripts_rely_on()
    {
        await _terminal.RunAsync("status --json --socket s");
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        string[] fields = ["quorate", "coordinator", "state", "nodes", "resources", "holds", "quarantined"];
        Assert.All(fields, f => Assert.True(root.TryGetProperty(f, out _), f));
        Assert.All(["name", "state", "incarnation"], f => Assert.True(root.GetProperty("nodes")[0].TryGetProperty(f, out _), f));
        Assert.All(["id", "instance", "node", "role", "failed", "managed"],
            f => Assert.True(root.GetProperty("resources")[0].TryGetProperty(f, out _), f));
    }

    [Fact]
    public async Task Without_a_cluster_it_says_where_it_looked_and_what_to_do()
    {
        Terminal alone = new();
        Assert.Equal(ExitCode.Unreachable, await alone.RunAsync("status --socket /nowhere.sock"));
        Assert.Equal("truce: no cluster answers at /nowhere.sock", alone.Error.Split('\n')[0]);
        Assert.StartsWith("do: ", alone.Error.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_of_the_environment_is_used_when_none_is_given()
    {
        Terminal alone = new Terminal().With("TRUCE_SOCKET", "/from/environment");
        await alone.RunAsync("status");
        Assert.Equal(["/from/environment"], alone.Tried);
    }

    [Fact]
    public async Task An_option_beats_the_environment()
    {
        Terminal alone = new Terminal().With("TRUCE_SOCKET", "/from/environment");
        await alone.RunAsync("status --socket /from/option");
        Assert.Equal(["/from/option"], alone.Tried);
    }

    [Fact]
    public async Task A_node_of_the_lab_is_found_by_its_name()
    {
        Terminal alone = new Terminal().With("TRUCE_LAB_DIR", "/var/tmp/some-lab");
        await alone.RunAsync("status --node n2");
        Assert.Equal(["/var/tmp/some-lab/nodes/n2/run/api.sock"], alone.Tried);
    }

    [Theory]
    [InlineData("n1")]
    [InlineData("n2")]
    [InlineData("n3")]
    public async Task A_node_without_quorum_is_found_where_no_other_answers(string alive)
    {
        string folder = Directory.CreateTempSubdirectory("truce-cli-lab-").FullName;
        try
        {
            foreach (string node in (string[])["n1", "n2", "n3"])
            {
                Directory.CreateDirectory(Path.Combine(folder, "nodes", node, "run"));
                File.Create(Path.Combine(folder, "nodes", node, "run", "api.sock")).Dispose();
            }

            Terminal lab = new Terminal
            {
                Cluster = new ScriptedCluster { Status = c => c.Running() with { Quorate = false } },
                Answers = socket => socket.Contains($"/{alive}/", StringComparison.Ordinal),
            }.With("TRUCE_LAB_DIR", folder);
            Assert.Equal(ExitCode.Done, await lab.RunAsync("status"));
            Assert.Equal(3, lab.Tried.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
