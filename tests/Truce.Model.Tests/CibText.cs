using Truce.Model.Xml;

namespace Truce.Model.Tests;

/// <summary>Small CIBs for tests.</summary>
internal static class CibText
{
    /// <summary>A CIB with these sections' contents.</summary>
    public static string Of(string resources = "", string constraints = "", string options = "",
        string more = "",
        string nodes = "", string status = "", string schema = "pacemaker-3.9") =>
        $"""
        <cib validate-with="{schema}" admin_epoch="0" epoch="1" num_updates="0">
          <configuration>
            <crm_config>{options}</crm_config>
            <nodes>{nodes}</nodes>
            <resources>{resources}</resources>
            <constraints>{constraints}</constraints>
            {more}
          </configuration>
          <status>{status}</status>
        </cib>
        """;

    /// <summary>A Dummy of that id, with that inside.</summary>
    public static string Dummy(string id, string inside = "") =>
        $"""<primitive id="{id}" class="ocf" provider="pacemaker" type="Dummy">{inside}</primitive>""";

    /// <summary>Reads; a refusal fails the test with its findings.</summary>
    public static Cib Read(string xml) => Accept(CibReader.Parse(xml));

    /// <summary>The CIB, or a failure with the findings.</summary>
    public static Cib Accept(CibReadResult result) => result switch
    {
        CibReadResult.Accepted accepted => accepted.Cib,
        CibReadResult.Refused refused =>
            throw new InvalidOperationException(string.Join('\n', refused.Findings)),
    };

    /// <summary>The CIB after writing and reading it again.</summary>
    public static Cib RoundTrip(Cib cib) => Read(CibWriter.Write(cib));
}
