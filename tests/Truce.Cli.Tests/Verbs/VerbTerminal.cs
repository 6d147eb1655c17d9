using System.Xml.Linq;
using Truce.Contracts;
using Truce.Model.Xml;

namespace Truce.Cli.Tests.Verbs;

/// <summary>A terminal at a cluster whose configuration is changed by verbs.</summary>
internal sealed class VerbTerminal
{
    public Terminal Terminal { get; } =
        new Terminal { Cluster = new ScriptedCluster() }.With("TRUCE_SOCKET", "s");

    public ScriptedCluster Cluster => Terminal.Cluster!;

    public XElement Configuration => XElement.Parse(Cluster.Configuration);

    public string Output => Terminal.Output;

    public string Error => Terminal.Error;

    /// <summary>The configuration in the form that the cluster stores.</summary>
    public string Canonical => CibReader.Parse(Cluster.Configuration) is CibReadResult.Accepted read
        ? CibWriter.WriteConfiguration(read.Cib.Configuration, read.Cib.Header.ValidateWith)
        : throw new InvalidOperationException("a verb wrote what can't be read: " + Cluster.Configuration);

    /// <summary>The comments of the versions made.</summary>
    public IEnumerable<string> Comments => Cluster.Asked.OfType<ClientRequest.ApplyConfiguration>()
        .Where(a => !a.CheckOnly).Select(a => a.Comment);

    /// <summary>Lets every node be up, and web run on n1.</summary>
    public void RunWeb() => Cluster.Configuration = Cluster.Configuration
        .Replace("<cib ", "<cib have-quorum=\"1\" ", StringComparison.Ordinal)
        .Replace("<crm_config/>", """
            <crm_config>
              <cluster_property_set id="o">
                <nvpair id="o-f" name="fencing-enabled" value="false"/>
              </cluster_property_set>
            </crm_config>
            """, StringComparison.Ordinal)
        .Replace("<status/>", $"<status>{State(1, WebStarted)}{State(2, "")}{State(3, "")}</status>",
            StringComparison.Ordinal);

    private const string WebStarted = """
        <lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
          <lrm_rsc_op id="web_last_0" operation="start" interval="0" call-id="1" rc-code="0" op-status="0"
            transition-key="1:1:0:0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"
            transition-magic="0:0;1:1:0:0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"/>
        </lrm_resource>
        """;

    private static string State(int node, string history) => $"""
        <node_state id="{node}" uname="n{node}" in_ccm="true" crmd="online" join="member" expected="member">
          <lrm id="{node}"><lrm_resources>{history}</lrm_resources></lrm>
        </node_state>
        """;

    /// <summary>Requires that a command ends with that code.</summary>
    public async Task EndsAsync(ExitCode code, string line)
    {
        ExitCode ended = await Terminal.RunAsync(line + " --socket s");
        Assert.True(ended == code, $"{line}: {ended}\n{Output}{Error}");
    }

    /// <summary>Requires that a command is refused as bad input, says what is wrong and what to do, and
    /// changes nothing.</summary>
    public async Task IsRefusedAsync(string line, string problem, string remedy)
    {
        long version = Cluster.Version;
        await EndsAsync(ExitCode.BadInput, line);
        Assert.Contains(problem, Error, StringComparison.Ordinal);
        Assert.Contains(remedy, Error, StringComparison.Ordinal);
        Assert.Equal(version, Cluster.Version);
    }

    /// <summary>Requires that a command makes one version, a second time none, and that another undoes it
    /// byte for byte.</summary>
    public async Task IsUndoneAsync(string line, string undo)
    {
        string before = Canonical;
        long version = Cluster.Version;
        await EndsAsync(ExitCode.Done, line + " --dry-run");
        Assert.Equal((before, version), (Canonical, Cluster.Version));
        await EndsAsync(ExitCode.Done, line);
        Assert.Equal(version + 1, Cluster.Version);
        Assert.NotEqual(before, Canonical);
        await EndsAsync(ExitCode.Done, line);
        Assert.Equal(version + 1, Cluster.Version);
        Assert.Contains("already", Output, StringComparison.Ordinal);
        await EndsAsync(ExitCode.Done, undo);
        Assert.Equal(version + 2, Cluster.Version);
        Assert.Equal(before, Canonical);
    }

    /// <summary>The element of that id.</summary>
    public XElement Element(string id) => Configuration.Descendants().Single(
        e => (string?)e.Attribute("id") == id && e.Name.LocalName is not ("node" or "resource_ref"));
}
