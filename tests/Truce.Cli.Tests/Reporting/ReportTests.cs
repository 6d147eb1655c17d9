using System.Text.Json;
using System.Xml.Linq;
using Truce.Cli.Reporting;
using Truce.Contracts;

namespace Truce.Cli.Tests.Reporting;

/// <summary>Whole reports of a node whose every source holds secrets: each of them contains
/// "s3cret".</summary>
public sealed class ReportTests : IDisposable
{
    private const string Planted = "s3cret";

    private readonly ReportNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_report_has_every_source_and_no_secret()
    {
        Assert.Equal(ExitCode.Done, await _node.RunAsync("report"));
        IReadOnlyDictionary<string, string> files = _node.Unpack();
        string[] expected =
        [
            "cluster/cib.xml", "cluster/config-5.xml", "cluster/config-history.json", "cluster/events.txt",
            "cluster/fence-history.json", "cluster/holds.txt", "cluster/status.json", "cluster/status.txt",
            "cluster/why.txt", "corosync/cfgtool-nodes.txt", "corosync/cfgtool-status.txt",
            "corosync/corosync.conf", "corosync/quorumtool.txt", "corosync/stats.txt", "index.json",
                "index.txt",
            "logs/controller.log", "logs/corosync-1.log", "logs/journal.txt", "logs/kernel.txt",
            "node/addresses.txt", "node/disks.txt", "node/files.txt", "node/inodes.txt", "node/links.txt",
            "node/out.txt", "node/system.txt", "node/time.txt", "node/truce.conf", "node/units.txt",
            "node/versions.txt",
        ];
        Assert.Equal(expected, files.Keys.Order(StringComparer.Ordinal));
        Assert.All(files, f => Assert.False(
            f.Value.Contains(Planted, StringComparison.Ordinal), $"{f.Key}:\n{f.Value}"));
        Assert.DoesNotContain(Planted, _node.Output, StringComparison.Ordinal);
        Assert.Contains("********", files["logs/controller.log"], StringComparison.Ordinal);
        Assert.Contains("token: 3000", files["corosync/corosync.conf"], StringComparison.Ordinal);
        Assert.Contains("value=\"secret-file:", files["cluster/cib.xml"], StringComparison.Ordinal);
        Assert.Equal("********", XElement.Parse(files["cluster/cib.xml"]).Descendants("nvpair")
            .First(n => (string?)n.Attribute("name") == "password").Attribute("value")!.Value);
        Assert.Contains("== web", files["cluster/why.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_its_owner_may_read_the_archive_and_nothing_is_written_over()
    {
        await _node.RunAsync("report");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_node.Archive));
        await Assert.ThrowsAsync<CommandException>(() => _node.RunAsync("report"));
    }

    [Fact]
    public async Task A_cluster_that_is_down_costs_its_own_files_only()
    {
        _node.IsDown = true;
        Assert.Equal(ExitCode.Done, await _node.RunAsync("report"));
        IReadOnlyDictionary<string, string> files = _node.Unpack();
        Assert.DoesNotContain(files.Keys, k => k.StartsWith("cluster/", StringComparison.Ordinal));
        Assert.Contains("logs/controller.log", files.Keys);
        Assert.Contains(
            "missing: cluster/status.json, cluster/status.txt, cluster/holds.txt, cluster/cib.xml, "
                + "cluster/config-history.json, cluster/events.txt, cluster/fence-history.json, "
                + "cluster/why.txt: no cluster answers at s\n", _node.Output, StringComparison.Ordinal);
        Assert.Contains(
            "secrets that may have been missed: the configuration couldn't be read: no cluster answers",
            files["index.txt"], StringComparison.Ordinal);
        // What is named like a secret is masked all the same.
        Assert.DoesNotContain("s3cret-named", string.Concat(files.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_see_secrets_gets_the_masked_configuration_and_is_told()
    {
        _node.Terminal.Cluster!.Answer = asked =>
            asked is ClientRequest.GetConfiguration { Secrets: SecretsShown.Shown }
                ? new ClientReply.Refused(RefusalKind.Permission, "user bob may not see secrets", [])
                : null;
        Assert.Equal(ExitCode.Done, await _node.RunAsync("report"));
        Assert.Contains("cluster/cib.xml", _node.Unpack().Keys);
        Assert.Contains(
            "secrets that may have been missed: this user may not see the configuration's secrets",
            _node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_and_what_it_said_is_kept()
    {
        _node.Program("ip", "echo 1: lo; exec /bin/sleep 1000");
        _node.Program("df", "exec /bin/sleep 1000");
        _node.Patience = TimeSpan.FromMilliseconds(800);
        Assert.Equal(ExitCode.Done, await _node.RunAsync("report"));
        ReportItemJson[] items = Index().Items.ToArray();
        Assert.Equal(("whole", "ip was ended, it took too long"), Of("node/addresses.txt"));
        Assert.Equal(("missing", "df was ended, it took too long"), Of("node/disks.txt"));

        (string, string) Of(string file) =>
            items.Where(i => i.File == file).Select(i => (i.State, i.Remark)).Single();
    }

    [Fact]
    public async Task Programs_that_are_not_there_or_fail_are_told_in_the_index()
    {
        _node.Program("corosync-cfgtool", "echo 'Cannot initialise CFG' >&2; exit 1");
        File.Delete(Path.Combine(_node.Folder, "bin", "timedatectl"));
        await _node.RunAsync("report");
        Assert.Contains(
            "missing: corosync/cfgtool-status.txt, corosync/cfgtool-nodes.txt: "
                + "corosync-cfgtool ended with 1: Cannot initialise CFG\n", _node.Output,
            StringComparison.Ordinal);
        Assert.Equal("timedatectl isn't installed",
            Index().Items.Single(i => i.File == "node/time.txt").Remark);
        Assert.DoesNotContain("timedatectl isn't", _node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_taken_for_the_time_that_was_asked_for()
    {
        _node.Log(
            "2026-03-01T08:59:59.999Z info controller[1]: before",
            "2026-03-01T09:00:00.000Z error controller[1]: in", "   at its second line",
            "2026-03-01T10:00:01.000Z info controller[1]: after", "its second line");
        Assert.Equal(ExitCode.Done, await _node.RunAsync("report --from 09:00Z --to 10:00Z"));
        IReadOnlyDictionary<string, string> files = _node.Unpack();
        Assert.Equal(
            "2026-03-01T09:00:00.000Z error controller[1]: in\n   at its second line\n",
            files["logs/controller.log"]);
        Assert.Contains("--since=@1772355600 --until=@1772359201", files["logs/journal.txt"],
            StringComparison.Ordinal);
        Assert.DoesNotContain("too-early", files["cluster/events.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_too_large_is_cut_at_its_front_and_that_is_told()
    {
        string rest = new('.', 60);
        _node.Log([.. Enumerable.Range(0, 60_000).Select(
            i => $"2026-03-01T09:00:00.000Z info controller[1]: {i:0000000000} {rest}")]);
        await _node.RunAsync("report");
        ReportItemJson item = Index().Items.Single(i => i.File == "logs/controller.log");
        Assert.Equal("cut", item.State);
        Assert.InRange(item.Bytes, 3_900_000, 4 * 1024 * 1024 + 100);
        string log = _node.Unpack()["logs/controller.log"];
        Assert.StartsWith(
            $"({item.LeftOut} bytes before this are left out)\n2026-03-01T", log, StringComparison.Ordinal);
        Assert.Contains("0000059999", log, StringComparison.Ordinal);
        Assert.Contains("cut: logs/controller.log: its first", _node.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report --from later", "--from later: not a time")]
    [InlineData("report --from 11:00Z --to 10:00Z", "isn't before --to")]
    public async Task Times_that_make_no_sense_are_refused(string line, string said)
    {
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => _node.RunAsync(line));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_node.Archive));
    }

    [Fact]
    public async Task An_archive_that_can_not_be_made_is_a_sentence()
    {
        _node.Archive = "/proc/nowhere/x.tar.gz";
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => _node.RunAsync("report"));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.StartsWith("/proc/nowhere/x.tar.gz: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_index_of_the_archive()
    {
        await _node.RunAsync("report --json");
        Assert.Equal(_node.Unpack()["index.json"].Trim(), _node.Output.Trim());
        Assert.Equal(["n2", "n3"], Index().Others);
        Assert.Equal(_node.Archive, Index().File);
    }

    private ReportIndexJson Index() => JsonSerializer.Deserialize(
        _node.Unpack()["index.json"], Printing.CliJson.Indented.ReportIndexJson)!;
}
