using System.Text.Json;

namespace Truce.Cli.Tests.Verbs;

public sealed class ResourceVerbTests
{
    private readonly VerbTerminal _verbs = new();

    [Theory]
    [InlineData("resource set web state=/run/web", "resource unset web state")]
    [InlineData("resource set a state=/run/a fake=1", "resource unset a state fake")]
    [InlineData("resource meta web resource-stickiness=100", "resource meta web resource-stickiness=")]
    [InlineData("resource meta g target-role=Started priority=5", "resource meta g target-role= priority=")]
    [InlineData("resource op web monitor interval=20s", "resource op web monitor interval=10s")]
    [InlineData("resource op web monitor timeout=30s on-fail=standby",
        "resource op web monitor timeout= on-fail=")]
    [InlineData("resource op web stop timeout=90s", "resource op web stop --remove")]
    [InlineData("resource op a start timeout=90s", "resource op a start --remove")]
    [InlineData("resource op web monitor interval=30s OCF_CHECK_LEVEL=10 --add",
        "resource op web monitor interval=30s --remove")]
    [InlineData("resource disable web", "resource enable web")]
    [InlineData("resource unmanage g", "resource manage g")]
    [InlineData("resource ban web n2", "resource clear web")]
    [InlineData("resource ban web n2 --for 2h", "resource clear web --on n2")]
    [InlineData("node standby n3", "node online n3")]
    [InlineData("node maintenance n2", "node ready n2")]
    [InlineData("attr set n2 rack 4", "attr unset n2 rack")]
    [InlineData("fence topology set n2 1 power", "fence topology delete n2 1")]
    [InlineData("fence topology set n2 9 power", "fence topology delete n2")]
    public async Task A_verb_is_one_version_and_undone_gives_the_configuration_back(string line,
        string undo) =>
        await _verbs.IsUndoneAsync(line, undo);

    [Fact]
    public async Task A_parameter_that_is_set_again_keeps_its_place_and_its_id()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource set web state=/run/one");
        await _verbs.EndsAsync(ExitCode.Done, "resource set web state=/run/two");
        Assert.Equal("/run/two", (string?)_verbs.Element("web-instance_attributes-state").Attribute("value"));
        Assert.Equal("web has state=/run/two\n", _verbs.Output);
        Assert.Equal(["resource set web state", "resource set web state"], _verbs.Comments);
    }

    [Fact]
    public async Task A_secret_is_neither_printed_nor_in_the_history()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource set web password=s3cret --force");
        Assert.Equal("web has password=********\n", _verbs.Output);
        Assert.DoesNotContain(_verbs.Comments, c => c.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("resource set wab x=1", "no resource wab is configured", "did you mean web?")]
    [InlineData("resource set g x=1", "g is a group of 2 resources", "name one of them: a, b")]
    [InlineData("resource meta web stickyness=1", "no meta attribute stickyness is known", "--force")]
    [InlineData("resource meta web is-managed=perhaps", "is-managed=perhaps: must be true or false",
        "correct")]
    [InlineData("resource op web frob timeout=3s", "no operation frob is known", "name one of start, stop")]
    [InlineData("resource op web monitor tineout=3s", "an operation has no tineout", "timeout")]
    [InlineData("resource op web monitor timeout=soon", "timeout=soon: must be a time", "correct")]
    public async Task What_is_unknown_or_impossible_is_said_and_nothing_is_changed(string line,
        string problem, string remedy)
    {
        await _verbs.IsRefusedAsync(line, problem, remedy);
        Assert.Equal(7, _verbs.Cluster.Version);
    }

    [Fact]
    public async Task Of_several_monitors_the_one_meant_must_be_named()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource op web monitor interval=11s role=Promoted --add");
        await _verbs.EndsAsync(ExitCode.BadInput, "resource op web monitor timeout=9s");
        Assert.Contains("several operations monitor: interval=10s; interval=11s role=Promoted", _verbs.Error,
            StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "resource op web monitor role=Promoted timeout=9s");
        Assert.Equal("9s", (string?)_verbs.Element("web-monitor-interval-11s").Attribute("timeout"));
        await _verbs.EndsAsync(ExitCode.Done, "resource op web");
        Assert.Contains("monitor  interval=11s role=Promoted timeout=9s", _verbs.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cluster_will_do_is_said_before_it_does_it()
    {
        _verbs.RunWeb();
        await _verbs.EndsAsync(ExitCode.Done, "resource meta web target-role=Stopped --dry-run");
        Assert.StartsWith(
            "meta_attributes web-meta_attributes is created\nwould stop web on n1\n", _verbs.Output,
                StringComparison.Ordinal);
        Assert.EndsWith("\ndry run: nothing was changed\n", _verbs.Output, StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "resource meta web target-role=Stopped");
        Assert.StartsWith("will stop web on n1\n", _verbs.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nweb has target-role=Stopped\n", _verbs.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_plan_and_the_differences()
    {
        _verbs.RunWeb();
        await _verbs.EndsAsync(ExitCode.Done, "resource set web state=/run/web --json --dry-run");
        JsonElement told = JsonDocument.Parse(_verbs.Output).RootElement;
        Assert.True(told.GetProperty("dryRun").GetBoolean());
        Assert.False(told.GetProperty("changed").GetBoolean());
        Assert.Contains("web-instance_attributes", told.GetProperty("differences")[0].GetString(),
            StringComparison.Ordinal);
    }
}
