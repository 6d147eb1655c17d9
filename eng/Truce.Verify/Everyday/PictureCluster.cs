using System.Globalization;

namespace Truce.Verify.Everyday;

/// <summary>A cluster as large firms have them: groups, clones, promotable clones and single jobs, some of
/// which are disabled, banned or fail.</summary>
internal static class PictureCluster
{
    /// <summary>How many instances there are at least.</summary>
    public const int ResourcesMin = 300;

    private const int Groups = 30;
    private const int Clones = 15;
    private const int Databases = 15;
    private const int Jobs = 100;
    private static readonly string[] s_parts = ["disk", "address", "mount", "service"];

    /// <summary>Its configuration.</summary>
    public static string Xml() => $"""
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
          <configuration>
            <crm_config/>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>
            <resources>
              <primitive id="power" class="stonith" type="fence_truce_lab">
                <instance_attributes id="power-p">
                  <nvpair id="power-hosts" name="pcmk_host_list" value="n1 n2 n3"/>
                </instance_attributes>
              </primitive>
              {All(Groups, Group)}
              {All(Clones, i => $"<clone id=\"agent-{i}-clone\">{Primitive($"agent-{i}", "Dummy")}</clone>")}
              {All(Databases, Database)}
              {All(Jobs, Job)}
              <primitive id="licences" class="ocf" provider="everyday" type="failing">
                <instance_attributes id="licences-p">
                  <nvpair id="licences-action" name="action" value="start"/>
                  <nvpair id="licences-reason" name="reason" value="no licence on this host"/>
                </instance_attributes>
              </primitive>
            </resources>
            <constraints/>
            <rsc_defaults><meta_attributes id="defaults">
              <nvpair id="defaults-stickiness" name="resource-stickiness" value="100"/>
              <nvpair id="defaults-threshold" name="migration-threshold" value="1"/>
            </meta_attributes></rsc_defaults>
          </configuration>
          <status/>
        </cib>
        """;

    private static string All(int count, Func<string, string> one) => string.Concat(
        Enumerable.Range(1, count).Select(i => one(i.ToString("00", CultureInfo.InvariantCulture))));

    private static string Group(string number)
    {
        string members = string.Concat(s_parts.Select(part => Primitive($"{part}-{number}", "Dummy")));
        return $"<group id=\"stack-{number}\">{members}</group>";
    }

    private static string Database(string number) => $"""
        <clone id="db-{number}-clone">
          <meta_attributes id="db-{number}-m">
            <nvpair id="db-{number}-promotable" name="promotable" value="true"/>
          </meta_attributes>
          {Primitive($"db-{number}", "Stateful")}
        </clone>
        """;

    // Every tenth is disabled.
    private static string Job(string number)
    {
        string role = number.EndsWith('0') ? "Stopped" : "Started";
        return $"""
            <primitive id="job-{number}" class="ocf" provider="pacemaker" type="Dummy">
              <meta_attributes id="job-{number}-m">
                <nvpair id="job-{number}-role" name="target-role" value="{role}"/>
              </meta_attributes>
            </primitive>
            """;
    }

    private static string Primitive(string id, string agent) =>
        $"<primitive id=\"{id}\" class=\"ocf\" provider=\"pacemaker\" type=\"{agent}\"/>";
}
