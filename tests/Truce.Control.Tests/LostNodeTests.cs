using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>Without fencing, plans are made around what may be active on a lost node (promise S2).</summary>
public sealed class LostNodeTests
{
    private const string Off = "<nvpair id=\"f\" name=\"stonith-enabled\" value=\"false\"/>";
    private const string On = "<nvpair id=\"f\" name=\"stonith-enabled\" value=\"true\"/>";
    private const string Damage =
        "<nvpair id=\"d\" name=\"truce-unfenced-recovery\" value=\"accept-damage\"/>";

    [Theory]
    [InlineData(Off, "r n1, r n2")]
    [InlineData(On, "")]
    [InlineData(Off + Damage, "")]
    [InlineData(On + Damage, "")]
    public void What_may_run_on_a_lost_node_is_banned_everywhere_else(string options, string banned)
    {
        ReplicatedState state = StateTests.Running(Configured(options), 3, "r");
        Assert.Empty(LostNodes.Bans(state));
        Assert.Equal(banned, Banned(state));
    }

    [Fact]
    public void What_has_stopped_there_is_not_banned()
    {
        ReplicatedState state = StateTests.Running(Configured(Off), 3, "r");
        Order stop = Given.Order(3, "r", "stop");
        state = Given.Apply(state, Given.Ordered(state, stop));
        state = Given.Apply(state, Given.Results(3, Given.Result(stop, call: 2)), 3);
        Assert.Equal("", Banned(state));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("<nvpair id=\"m\" name=\"clone-max\" value=\"2\"/>", "")]
    [InlineData("<nvpair id=\"m\" name=\"clone-max\" value=\"1\"/>", "c n1, c n2")]
    public void A_clone_is_banned_only_if_one_instance_is_all_that_may_run(string meta, string banned)
    {
        string clone = $"<clone id=\"k\"><meta_attributes id=\"km\">{meta}</meta_attributes>"
            + "<primitive id=\"c\" class=\"ocf\" provider=\"sim\" type=\"S\"/></clone>";
        Assert.Equal(banned, Banned(StateTests.Running(Configured(Off, clone), 3, "c")));
    }

    private static string Banned(ReplicatedState state) => string.Join(
        ", ", LostNodes.Bans(Given.Apply(state, Given.Formed(12, 3, 1, 2)))
            .Select(b => $"{b.Resource} {b.Node}").Order(StringComparer.Ordinal));

    private static ReplicatedState Configured(string options, string resources = "") => Given.Apply(
        Given.Joined(1, 2, 3), new Command.ChangeConfiguration(
            Truce.Model.Xml.CibWriter.Write(Given.Cib(resources, options)), null, null, "a", ""));
}
