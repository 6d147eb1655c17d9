using System.Collections.Immutable;
using System.Xml.Linq;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>
/// The tools that agents call, each call as Debian's agents make it, over a cluster of three. What is
/// expected is what the tools of Debian's Pacemaker print.
/// </summary>
public sealed class AgentToolTests
{
    private readonly SimulatedCluster _cluster = ControllerClusterTests.Running(seed: 21, services: 2);

    [Fact]
    public void An_attribute_is_set_read_and_deleted_on_this_node_or_another()
    {
        Assert.Equal(Nothing(105, "crm_attribute: Error performing operation: No such device or address\n"),
            Run(1, "crm_attribute -N n2 -l reboot --name last-committed --quiet"));
        Assert.Equal(Nothing(0), Run(1, "crm_attribute -N n2 -l reboot --name last-committed -v 17"));
        Assert.Equal(Said("17\n"), Run(3, "crm_attribute -N n2 -l reboot --name last-committed --quiet"));
        Assert.Equal(
            Said("scope=status  name=last-committed value=17\n"),
            Run(2, "crm_attribute -l reboot --name last-committed --query"));
        Assert.Equal(Said("17\n"), Run(2, "crm_attribute -l reboot -n last-committed -G -q"));
        Assert.Equal(Said("none\n"), Run(1, "crm_attribute -l reboot -n last-committed -G -q -d none"));
        Assert.Equal(0, Run(1, "crm_attribute -N n2 -l reboot --name last-committed -D").Code);
        Assert.Equal(105, Run(2, "crm_attribute -l reboot -n last-committed -G -q").Code);
        Assert.Equal(Nothing(0), Run(2, "crm_attribute -l reboot -n last-committed -D"));
    }

    [Fact]
    public void An_attribute_that_lasts_and_a_utilization_are_in_the_configuration_of_a_node_that_had_no_entry()
    {
        long version = Version();
        Assert.Equal(Nothing(0), Run(1, "crm_attribute -l forever --node=n3 -n data-status -v LATEST"));
        Assert.Equal(Said("LATEST\n"), Run(2, "crm_attribute -t nodes --node n3 -n data-status -G -q"));
        Assert.Equal(Said("LATEST\n"), Run(3, "crm_attribute -l forever -n data-status -G --quiet"));
        Assert.Equal(Nothing(0), Run(1, "crm_attribute -t nodes --node n3 -z -n cpu -v 8"));
        Assert.Equal(Said("8\n"), Run(1, "crm_attribute --quiet -t nodes --node n3 -z -n cpu"));
        Assert.Equal(version + 2, Version());
        Assert.Equal(Nothing(0), Run(1, "crm_attribute -t nodes --node n3 -z -n cpu -v 8"));
        Assert.Equal(version + 2, Version());
        Assert.Equal(0, Run(1, "crm_attribute -l forever --node n3 -n data-status -D").Code);
        Assert.Equal(105, Run(2, "crm_attribute -t nodes --node n3 -n data-status -G -q").Code);
    }

    [Fact]
    public void A_cluster_option_is_read_with_its_default()
    {
        Assert.Equal(
            Said("true\n"),
            Run(1, "crm_attribute --type=crm_config --name=stonith-enabled --query --quiet --default=x"));
        Assert.Equal(
            Said("stop\n"),
            Run(1, "crm_attribute --type=crm_config --name=no-quorum-policy --query --quiet --default=stop"));
        Assert.Equal(105, Run(1, "crm_attribute --type=crm_config --name=no-quorum-policy --query").Code);
    }

    [Theory]
    [InlineData("crm_master -Q -v 100 -l reboot", "crm_master -l reboot -G -Q", "100\n")]
    [InlineData("crm_master -N n1 -l reboot -v 5", "crm_master -l reboot -G",
        "scope=status  name=master-db value=5\n")]
    [InlineData("crm_attribute --promotion -v 7", "crm_attribute --promotion -G -q", "7\n")]
    [InlineData("crm_attribute -p -N n1 -v INFINITY", "crm_attribute -p -G -q", "INFINITY\n")]
    [InlineData("crm_master --lifetime forever --node n1 --quiet --update 9",
        "crm_master --lifetime forever --quiet --get-value --node n1", "9\n")]
    public void A_promotion_score_is_that_of_the_agents_own_resource(string set, string get, string expected)
    {
        Assert.Equal(Nothing(0), Run(1, set, "db"));
        Assert.Equal(Said(expected), Run(1, get, "db"));
        string delete = set.StartsWith("crm_master --lifetime", StringComparison.Ordinal)
            ? "crm_master --lifetime forever -D"
            : "crm_master -l reboot -D";
        Assert.Equal(0, Run(1, delete, "db").Code);
        Assert.Equal(105, Run(1, get, "db").Code);
        Assert.Equal(64, Run(1, "crm_master -l reboot -v 1").Code);
    }

    [Fact]
    public void Attrd_updater_updates_queries_and_deletes_and_what_is_private_moves_nothing()
    {
        Assert.Equal(Nothing(0), Run(1, "attrd_updater -n pingd -U 1000 -d 5s"));
        Assert.Equal(
            Said("name=\"pingd\" host=\"n1\" value=\"1000\"\n"), Run(1, "attrd_updater -n pingd -Q"));
        Assert.Equal(Nothing(0), Run(2, "attrd_updater -n pingd -B 2000 -d 30s"));
        Assert.Equal(
            Said("name=\"pingd\" host=\"n1\" value=\"1000\"\nname=\"pingd\" host=\"n2\" value=\"2000\"\n"),
            Run(3, "attrd_updater -n pingd --query --all"));
        Assert.Equal(Nothing(0), Run(1, "attrd_updater -D -n pingd -d 5s"));
        ClientReply.ToolEnded gone = Run(1, "attrd_updater -n pingd -Q");
        Assert.Equal((105, ""), (gone.Code, gone.Output));
        Assert.Equal(
            Nothing(0), Run(
            1, "attrd_updater --private --lifetime reboot --name lsn_location-db --update 3#45"));
        Assert.Equal(
            Said("name=\"lsn_location-db\" host=\"n1\" value=\"3#45\"\n"),
            Run(2, "attrd_updater --private --lifetime reboot --name lsn_location-db --query --node n1"));
        Assert.DoesNotContain(
            "lsn_location-db", Run(1, "crm_mon -1 --as-xml").Output, StringComparison.Ordinal);
        Assert.Equal(
            Nothing(0), Run(1, "attrd_updater --private --lifetime reboot --name lsn_location-db --delete"));
        Assert.Equal(105, Run(2, "attrd_updater -p --name lsn_location-db --node n1 --query").Code);
    }

    [Fact]
    public void Crm_node_names_this_node_its_id_the_partition_and_quorum()
    {
        Assert.Equal(Said("n2\n"), Run(2, "crm_node -n"));
        Assert.Equal(Said("n1 n2 n3 \n"), Run(2, "crm_node --partition"));
        Assert.Equal(Said("1\n"), Run(2, "crm_node -q"));
        string id = Run(2, "crm_node -i").Output.Trim();
        Assert.True(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Contains($"{id} n2 member\n", Run(1, "crm_node -l").Output, StringComparison.Ordinal);
        Assert.Equal(
            3, Run(1, "crm_node -l -p").Output.Trim().Split(
            [' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(Said("n2\n"), Run(1, $"crm_node --name-for-id={id}"));
    }

    [Fact]
    public void Crm_resource_reads_and_sets_parameters_and_tells_where_and_what()
    {
        Assert.Equal(
            new ClientReply.ToolEnded(0, "", "Attribute 'cpu' not found for 'r1'\n"),
                Run(1, "crm_resource -Q -r r1 -z -g cpu"));
        Assert.Equal(
            Said("Set 'r1' option: id=r1-utilization-cpu set=r1-utilization name=cpu value=3\n"),
            Run(1, "crm_resource -r r1 -z -p cpu -v 3"));
        Assert.Equal(Said("3\n"), Run(2, "crm_resource -Q -r r1 -z -g cpu"));
        Assert.Equal(0, Run(1, "crm_resource --resource=r1 --utilization --delete-parameter=cpu").Code);
        Assert.Equal("", Run(2, "crm_resource -Q -r r1 -z -g cpu").Output);
        Run(1, "crm_resource -r r1 --meta -p priority -v 5");
        Assert.Equal(Said("5\n"), Run(2, "crm_resource --resource r1:0 --meta --get-parameter priority"));
        Assert.True(_cluster.RunUntil(_cluster.IsSettled, 60));
        NodeId where = _cluster.Agents.ActiveOn("r1").Single();
        Assert.Equal(Said($"resource r1 is running on: {where}\n"), Run(1, "crm_resource -W -r r1"));
        ClientReply.ToolEnded list = Run(1, $"crm_resource --list-operations -N {where}");
        Assert.Matches(
            $@"(?m)^r1\t\(ocf:sim:Service\):\t Started: r1_start_0 \(node={where}, call=\d+, rc=0, last-rc-change='.*', exec=\d+ms\): complete$", list.Output);
        Assert.Equal(105, Run(1, "crm_resource -r nothing -g x").Code);
    }

    [Theory]
    [InlineData("crm_mon -1 --as-xml")]
    [InlineData("crm_mon -1X")]
    [InlineData("crm_mon -r --as-xml")]
    [InlineData("crm_mon -1 --output-as=xml")]
    [InlineData("crm_mon -1 --output-as xml")]
    public void Crm_mon_shows_what_agents_look_for(string call)
    {
        string xml = Run(1, call).Output;
        XDocument document = XDocument.Parse(xml);
        Assert.Equal(
            3, document.Descendants("nodes").Single().Elements("node").Count(
            n => (string?)n.Attribute("type") == "member"
            && (string?)n.Attribute("online") == "true" && (string?)n.Attribute("unclean") == "false"
                && (string?)n.Attribute("standby") == "false"));
        Assert.Matches("(?m)<node name=\"n1\" .* online=\"true\"", xml);
        Assert.Matches(
            "(?m)resource.*id=\"r1\".*role=\"Started\".*active=\"true\".*orphaned=\"false\".*failed=\"false\"", xml);
        Assert.Contains("r1", Run(1, "crm_mon -1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cibadmin_answers_queries_by_path_and_section()
    {
        Run(1, "crm_attribute -l reboot --name rmq-node-attr -v rabbit@n1");
        Run(2, "crm_attribute -l reboot --name rmq-node-attr -v rabbit@n2");
        string both = Run(
            3, "cibadmin -Q --xpath //node_state[@crmd='online']//nvpair[@name='rmq-node-attr']").Output;
        Assert.StartsWith("<xpath-query>\n", both, StringComparison.Ordinal);
        Assert.Equal(
            2, both.Split('\n').Count(l => l.Contains("value=\"rabbit@n", StringComparison.Ordinal)));
        Assert.Equal(
            new ClientReply.ToolEnded(105, "", "Call failed: No such device or address\n"),
                Run(1, "cibadmin -Q --xpath //nope"));
        Assert.StartsWith(
            "<crm_config>", Run(1, "cibadmin -Q -o crm_config").Output, StringComparison.Ordinal);
        Assert.Contains("validate-with=\"", Run(1, "cibadmin -Q").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_are_counted_and_cleaned_up_and_standby_is_set()
    {
        NodeId where = _cluster.Agents.ActiveOn("r1").Single();
        _cluster.Agents.Crash("r1");
        Assert.True(_cluster.RunUntil(
            () => Run(1, $"crm_failcount -r r1 -N {where} -G -q").Output != "0\n", 60));
        Assert.Equal(
            Said("scope=status  name=fail-count-r1 value=1\n"), Run(1, $"crm_failcount -r r1 -N {where} -G"));
        Assert.Equal(0, Run(1, $"crm_failcount -r r1 -N {where} -D").Code);
        Assert.Equal(Said("0\n"), Run(1, $"crm_failcount -r r1 -N {where} -G -q"));
        Assert.Equal(Said("scope=status  name=standby value=off\n"), Run(1, "crm_standby -N n3 -G"));
        Assert.Equal(Nothing(0), Run(1, "crm_standby -N n3 -v on"));
        Assert.Equal(Said("on\n"), Run(1, "crm_standby -N n3 -G -q"));
        Assert.Equal(0, Run(1, "crm_standby -N n3 -D").Code);
        Assert.Equal(Said("off\n"), Run(1, "crm_standby -N n3 -G -q"));
    }

    [Fact]
    public void Stonith_admin_fences_and_tells_what_is_pending()
    {
        Assert.DoesNotContain(
            "pending", Run(1, "stonith_admin -H * --output-as xml").Output, StringComparison.Ordinal);
        NodeId coordinator = CoordinatorRule.Choose(_cluster.Node(1).Control!.State!)!.Value;
        int target = coordinator == _cluster.Node(3).Id ? 2 : 3;
        Assert.Equal(Nothing(0), Run(1, $"stonith_admin --reboot=n{target} --tag controld"));
        Assert.Contains(
            "extended-status=\"pending\"", Run(1, "stonith_admin -H * --output-as xml").Output,
            StringComparison.Ordinal);
        Assert.True(_cluster.RunUntil(() => _cluster.Agents.Shots == 1, 60), _cluster.Story());
        Assert.True(_cluster.RunUntil(
            () => Run(1, "stonith_admin -H * --output-as xml").Output.Contains(
            "\"success\"", StringComparison.Ordinal), 60));
    }

    [Fact]
    public void A_call_that_is_not_understood_is_refused_and_somebody_else_than_root_is_too()
    {
        Assert.Equal(64, Run(1, "crm_attribute --nonsense").Code);
        Assert.Equal(64, Run(1, "crm_attribute -n").Code);
        Assert.Equal(64, Run(1, "crm_whatever -n x").Code);
        AccessRules nobody = new(
            _cluster.Node(1).Control!.State!.Cib, new Caller("nobody", ["truce"], MayAll: false));
        Assert.NotNull(nobody.ToolObjection());
    }

    [Fact]
    public void Changes_of_the_configuration_at_the_same_time_are_all_made()
    {
        for (int i = 1; i <= 3; i++)
            _cluster.Node(i).Ask(
                $"t{i}", new ClientRequest.RunTool(
                "crm_attribute", "", ["-l", "forever", "-n", "at-once", "-v", $"{i}"]));
        Assert.True(_cluster.RunUntil(
            () => Enumerable.Range(1, 3).All(i => _cluster.Node(i).Answers.Any(a => a.Id == $"t{i}")), 30));
        for (int i = 1; i <= 3; i++)
            Assert.Equal(Said($"{i}\n"), Run(1, $"crm_attribute -l forever -N n{i} -n at-once -G -q"));
    }

    private long Version() => _cluster.Node(1).Control!.State!.Configuration.Version;

    private ClientReply.ToolEnded Run(int node, string call, string resource = "")
    {
        string[] words = call.Split(' ');
        ClientReply? reply = _cluster.Ask(
            node, new ClientRequest.RunTool(words[0], resource, [.. words[1..]]));
        return Assert.IsType<ClientReply.ToolEnded>(reply);
    }

    private static ClientReply.ToolEnded Said(string output) => new(0, output, "");

    private static ClientReply.ToolEnded Nothing(int code, string errors = "") => new(code, "", errors);
}
