using Truce.Contracts;

namespace Truce.Cli.Tests;

public sealed class FenceCommandTests
{
    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    private ScriptedCluster Cluster => _terminal.Cluster!;

    [Theory]
    [InlineData("fence -- n2")]
    [InlineData("fence n2")]
    [InlineData("fence node n2")]
    public async Task Fencing_waits_for_the_result_and_tells_who_did_it(string line)
    {
        Answer(ScriptedCluster.Fence("n2", "done", ended: true));
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("fence --socket s " + line["fence ".Length..]));
        Assert.Equal("reboot of n2 is done, by n1 with power\n", _terminal.Output);
        Assert.Contains(new ClientRequest.FenceNode("n2", "reboot", "operator: by hand"), Cluster.Asked);
    }

    [Fact]
    public async Task A_node_that_is_called_like_a_subcommand_can_be_fenced_behind_two_dashes()
    {
        Answer(ScriptedCluster.Fence("history", "done", ended: true));
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("fence --socket s -- history"));
        Assert.Contains(new ClientRequest.FenceNode("history", "reboot", "operator: by hand"), Cluster.Asked);
    }

    [Fact]
    public async Task Fencing_that_failed_answers_no()
    {
        Answer(ScriptedCluster.Fence("n2", "failed", ended: true) with { Reason = "no route to the device" });
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("fence --socket s -- n2"));
        Assert.Contains("reboot of n2: failed: no route to the device", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fencing_that_goes_on_is_a_time_out()
    {
        Answer(ScriptedCluster.Fence("n2", "running", ended: false));
        Assert.Equal(ExitCode.TimedOut, await _terminal.RunAsync("fence --timeout 3s --socket s -- n2"));
    }

    [Fact]
    public async Task Without_a_node_it_is_a_usage_error() =>
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync("fence --socket s"));

    [Fact]
    public async Task Nobody_vouches_by_accident_that_a_node_is_off()
    {
        Assert.Equal(ExitCode.Refused, await _terminal.RunAsync("fence confirm n2 --socket s"));
        Assert.DoesNotContain(Cluster.Asked, r => r is ClientRequest.ConfirmFenced);
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("fence confirm n2 --it-is-off --socket s"));
        Assert.Contains(Cluster.Asked, r => r is ClientRequest.ConfirmFenced { Node: "n2" });
    }

    [Fact]
    public async Task Vouching_for_the_node_that_is_waited_for_ends_the_wait_first()
    {
        Cluster.Status = c => Waiting(c, "n2", c.Asked.OfType<ClientRequest.EndWait>().Any());
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("fence confirm n2 --it-is-off --socket s"));
        Assert.Equal(
            [typeof(ClientRequest.EndWait), typeof(ClientRequest.ConfirmFenced)],
            Cluster.Asked.Where(r => r is ClientRequest.EndWait or ClientRequest.ConfirmFenced)
                .Select(r => r.GetType()));
    }

    [Fact]
    public async Task Nobody_vouches_for_one_of_two_that_are_waited_for()
    {
        Cluster.Status = c => Waiting(c, "n2", ended: false) with { WaitsForAll = ["n2", "n3"] };
        Assert.Equal(ExitCode.Refused, await _terminal.RunAsync("fence confirm n2 --it-is-off --socket s"));
        Assert.Contains("n3", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cluster.Asked, r => r is ClientRequest.EndWait or ClientRequest.ConfirmFenced);
    }

    private static ClusterStatusDocument Waiting(ScriptedCluster cluster, string node, bool ended) =>
        cluster.Running(("web", "n1")) with { Quorate = ended, WaitsForAll = ended ? [] : [node] };

    [Fact]
    public async Task History_tells_cause_and_evidence_of_each_shot()
    {
        Answer(ScriptedCluster.Fence("n2", "done", ended: true));
        await _terminal.RunAsync("fence history --socket s");
        Assert.Equal(
            """
            2026-03-01 11:59:00Z reboot of n2 with power: done after 2.0 s
                n2 was rebooted by n1 because asked for by hand.

            """, _terminal.Output);
    }

    [Fact]
    public async Task History_tells_what_the_guard_decided_and_a_shot_that_was_avoided_like_one_that_was_fired()
    {
        Answer(
            ScriptedCluster.Fence("n2", "done", ended: true) with
            {
                Evidence = "stopping bad on n2 failed (exit 1, \"umount: target is busy\")",
                Guard = "this is shot 2 of 2 for that cause: bad is blocked until it is released",
            });
        await _terminal.RunAsync("fence history --socket s");
        Assert.Contains(
            "n2 was rebooted by n1 because stopping bad on n2 failed (exit 1, \"umount: target is busy\"). "
            + "This is shot 2 of 2 for that cause: bad is blocked until it is released.\n",
            _terminal.Output, StringComparison.Ordinal);

        Answer(ScriptedCluster.Fence("n3", "refused", ended: true) with { Guard = "n3 was not shot although the stop of bad on n3 failed" });
        await _terminal.RunAsync("fence history --socket s");
        Assert.Contains(
            "reboot of n3 with power: avoided\n    n3 was not shot although the stop of bad on n3 failed.\n", _terminal.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_are_listed_with_what_the_configuration_says_of_them()
    {
        await _terminal.RunAsync("fence list --socket s");
        Assert.Contains("power   fence_truce_lab  determined by the device", _terminal.Output, StringComparison.Ordinal);
    }

    private void Answer(FenceRecord record) => Cluster.Answer = request =>
        request is ClientRequest.GetFenceHistory ? new ClientReply.FenceHistory([record]) : null;
}
