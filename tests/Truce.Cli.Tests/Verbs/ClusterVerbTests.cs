using Truce.Contracts;

namespace Truce.Cli.Tests.Verbs;

public sealed class ClusterVerbTests
{
    private readonly VerbTerminal _verbs = new();

    [Theory]
    [InlineData("cluster maintenance on", "cluster maintenance off")]
    [InlineData("cluster stop", "cluster start")]
    public async Task Each_is_one_version_and_its_opposite_gives_the_configuration_back(string line,
        string undo) =>
        await _verbs.IsUndoneAsync(line, undo);

    [Fact]
    public async Task A_version_is_compared_with_the_present_one_and_restored()
    {
        string before = _verbs.Cluster.Configuration;
        string canonical = _verbs.Canonical;
        _verbs.RunWeb();
        await _verbs.EndsAsync(ExitCode.Done, "resource op web monitor interval=20s");
        await _verbs.EndsAsync(ExitCode.Done, "constraint location web n1 --score 5");
        KeepVersion(7, before);
        await _verbs.EndsAsync(ExitCode.Done, "config diff 7");
        Assert.Contains("~ op web-monitor: interval 10s -> 20s\n", _verbs.Output, StringComparison.Ordinal);
        Assert.Contains("+ rsc_location location-web-n1: rsc=web node=n1 score=5\n", _verbs.Output,
            StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "config restore 7");
        Assert.Equal(canonical, _verbs.Canonical);
        Assert.Equal("config restore 7", _verbs.Comments.Last());
        long version = _verbs.Cluster.Version;
        await _verbs.EndsAsync(ExitCode.Done, "config restore 7");
        Assert.Equal("the configuration is as in version 7 already\n", _verbs.Output);
        Assert.Equal(version, _verbs.Cluster.Version);
    }

    [Fact]
    public async Task A_version_that_is_not_kept_is_bad_input()
    {
        _verbs.Cluster.Answer = request => request is ClientRequest.GetConfiguration { Version: not null }
            ? new ClientReply.Refused(RefusalKind.BadInput, "version 3 isn't kept", [])
            : null;
        await _verbs.EndsAsync(ExitCode.BadInput, "config restore 3");
        await _verbs.EndsAsync(ExitCode.BadInput, "config diff 3");
    }

    [Fact]
    public async Task Failures_are_told_in_the_agents_words_on_every_node()
    {
        _verbs.Cluster.Configuration =
            _verbs.Cluster.Configuration.Replace("<status/>", $"<status>{Failed(1)}{Failed(2)}</status>",
                StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "resource failures web");
        Assert.Contains(
            "2026-03-01 11:00:00Z  web       n1    start      not configured (6)  1           no such file",
            _verbs.Output, StringComparison.Ordinal);
        Assert.Contains("web       n2", _verbs.Output, StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "resource failures g");
        Assert.Equal("no failures are remembered\n", _verbs.Output);
        await _verbs.EndsAsync(ExitCode.BadInput, "resource failures wab");
        await _verbs.EndsAsync(ExitCode.Done, "resource failures --json");
        Assert.Contains("\"reason\": \"no such file\"", _verbs.Output, StringComparison.Ordinal);
    }

    private void KeepVersion(long version, string xml) => _verbs.Cluster.Answer = request =>
        request is ClientRequest.GetConfiguration { Version: { } asked } && asked == version
            ? new ClientReply.Configuration(version, xml)
            : null;

    private static string Failed(int node) => $"""
        <node_state id="{node}" uname="n{node}" in_ccm="true" crmd="online" join="member" expected="member">
          <transient_attributes id="{node}"><instance_attributes id="s{node}">
            <nvpair id="s{node}-f" name="fail-count-web#start_0" value="1"/>
          </instance_attributes></transient_attributes>
          <lrm id="{node}"><lrm_resources>
            <lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
              <lrm_rsc_op id="web_last_failure_0" operation_key="web_start_0" operation="start" interval="0"
                call-id="3" rc-code="6" op-status="0" last-rc-change="1772362800" exit-reason="no such file"
                transition-key="1:1:0:0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"
                transition-magic="0:6;1:1:0:0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"/>
            </lrm_resource>
          </lrm_resources></lrm>
        </node_state>
        """;
}
