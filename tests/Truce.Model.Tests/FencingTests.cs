using Truce.Model.Fencing;

namespace Truce.Model.Tests;

/// <summary>What fence devices' options mean, and whom a device can fence.</summary>
public sealed class FencingTests
{
    [Fact]
    public void A_reboot_over_two_devices_is_off_for_both_then_on()
    {
        Assert.Equal(
            ["a off Required", "b off Required", "a on Wished", "b on Wished"],
            FenceSteps.For([Device("a"), Device("b")], "reboot").Select(Text));
        Assert.Equal(["a off Required", "b off Required"], FenceSteps.For([Device("a"), Device("b")], "off").Select(Text));
        Assert.Equal(["a reboot Required"], FenceSteps.For([Device("a")], "reboot").Select(Text));
    }

    [Theory]
    [InlineData("n1:1;n2:2,3", "n1=1 n2=2,3")]
    [InlineData("n1:1 n2:2;", "n1=1 n2=2")]
    [InlineData(@"n1:my\ port\;1;n2=a:b", "n1=my port;1 n2=a:b")]
    [InlineData("n1", "")]
    [InlineData(":1;n2:", "")]
    public void A_host_map_is_read_with_its_escapes(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', FenceOptions.ReadMap(text).Select(m => $"{m.Key}={m.Value}")));

    [Theory]
    [InlineData("3s", "0", "n1", 3)]
    [InlineData("n1:1s;n2:5s", "0", "n2", 5)]
    [InlineData("n1:1s;n2:5s", "0", "n3", 0)]
    [InlineData("2s", "10s", "n1", 6)]
    [InlineData("5s", "4s", "n1", 5)]
    public void The_delay_is_base_plus_a_part_of_what_is_left_to_the_maximum(
        string delayBase, string delayMax, string node, int seconds)
    {
        List<string> problems = [];
        FenceOptions options = FenceOptions.Read(
            new Dictionary<string, string> { ["pcmk_delay_base"] = delayBase, ["pcmk_delay_max"] = delayMax }, problems);
        Assert.Equal(TimeSpan.FromSeconds(seconds), options.Delay(node, 0.5));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("", "StaticList", "StaticList")]
    [InlineData("pcmk_host_list", "", "StaticList")]
    [InlineData("", "", "DynamicList")]
    public void The_default_check_follows_what_is_configured(string option, string check, string expected)
    {
        Dictionary<string, string> parameters = [];
        if (option.Length > 0)
            parameters[option] = "n1";
        if (check.Length > 0)
            parameters["pcmk_host_check"] = "static-list";
        FenceOptions options = FenceOptions.Read(parameters, []);
        Assert.Equal(expected, FenceTargeting.Check(options, null, ListOutcome.NotFailed).ToString());
        if (expected == "DynamicList")
            Assert.Equal(HostCheck.Status, FenceTargeting.Check(options, null, ListOutcome.Failed));
    }

    [Theory]
    [InlineData("", "n1", true)]
    [InlineData("pcmk_host_map=n1:7;n2:6", "n2", true)]
    [InlineData("pcmk_host_map=n1:7;n2:6", "n3", false)]
    [InlineData("pcmk_host_list=n1 n2,n3;n4", "n3", true)]
    [InlineData("pcmk_host_list=n1 n2,n3;n4", "n5", false)]
    [InlineData("pcmk_host_check=static-list", "n1", false)]
    [InlineData("pcmk_host_list=n1|pcmk_host_check=none", "n2", true)]
    [InlineData("pcmk_host_list=n1|pcmk_host_check=dynamic-list", "n2", true)]
    [InlineData("pcmk_host_list=n1|pcmk_host_check=status", "n2", true)]
    public void The_lists_decide_where_the_device_need_not_be_asked(string options, string target, bool expected) =>
        Assert.Equal(expected, FenceTargeting.MayFence(Device("d", options), target));

    [Theory]
    [InlineData("", "plug port", "plug=n1")]
    [InlineData("", "port", "port=n1")]
    [InlineData("", "ip", "")]
    [InlineData("", "", "port=n1")]
    [InlineData("pcmk_host_argument=ip", "plug", "ip=n1")]
    [InlineData("pcmk_host_argument=none", "plug", "")]
    [InlineData("plug=7", "plug", "")]
    [InlineData("pcmk_host_map=n1:2,3", "plug", "plug=2,3")]
    public void The_target_is_named_as_the_agent_takes_it(string options, string parameters, string expected)
    {
        FenceAbilities? abilities = parameters.Length == 0 ? null : new FenceAbilities([], [.. parameters.Split(' ')]);
        FenceDevice device = Device("d", options.Length == 0 ? "pcmk_host_list=n1" : options + "|pcmk_host_list=n1");
        DeviceReach.Reachable target = Assert.IsType<DeviceReach.Reachable>(
            FenceTargeting.For(device, abilities, "n1", null, ListOutcome.NotFailed));
        Assert.Equal("n1", target.Arguments["nodename"]);
        Assert.Equal(expected, string.Join(' ', target.Arguments.Remove("nodename").Select(a => $"{a.Key}={a.Value}")));
    }

    [Theory]
    [InlineData("n1", "1")]
    [InlineData("2", "2")]
    [InlineData("1,2", "1,2")]
    [InlineData("n1,n2", "1,2")]
    [InlineData("1,3", null)]
    [InlineData("n3", null)]
    public void A_listing_knows_ports_and_names(string target, string? port) =>
        Assert.Equal(port, FenceListing.Parse("1,n1\n2,n2\n").PortOf(target));

    [Fact]
    public void Actions_have_names_times_and_tries_of_their_own()
    {
        FenceOptions options = Device(
            "d", "pcmk_off_action=poweroff|pcmk_off_timeout=90s|pcmk_off_retries=5|pcmk_action_limit=-1").Options;
        Assert.Equal(new FenceActionOptions("poweroff", TimeSpan.FromSeconds(90), 5), options.For("off"));
        Assert.Equal(new FenceActionOptions("reboot", null, 2), options.For("reboot"));
        Assert.Null(options.ActionLimit);
        Assert.Equal(1, Device("d").Options.ActionLimit);
    }

    private static FenceDevice Device(string id, string options = "") => FenceDevice.Read(
        id, "fence_fake",
        options.Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]));

    private static string Text(FenceStep step) => $"{step.Device.Id} {step.Action} {step.Need}";
}
