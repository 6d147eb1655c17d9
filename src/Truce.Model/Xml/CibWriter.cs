using System.Text;

namespace Truce.Model.Xml;

/// <summary>
/// Writes a CIB in its canonical form: equal models give equal bytes, and reading them gives an equal model.
/// Words are spelled as the schema named in the header knows them.
/// </summary>
public static class CibWriter
{
    /// <summary>
    /// The document, lines ended by \n, without an XML declaration (UTF-8 is XML's default).
    /// </summary>
    public static string Write(Cib cib)
    {
        StringBuilder text = new();
        XmlOutput output = new(text);
        WriteHeader(output, cib.Header);
        new ConfigurationWriter(output, cib.Header.ValidateWith).Write(cib.Configuration);
        new StatusWriter(output).Write(cib.Status);
        output.Close();
        return text.ToString();
    }

    /// <summary>Only the element <c>configuration</c>, as changes of it are compared and kept.</summary>
    public static string WriteConfiguration(Configuration configuration, SchemaVersion? schema = null)
    {
        StringBuilder text = new();
        new ConfigurationWriter(new XmlOutput(text), schema).Write(configuration);
        return text.ToString();
    }

    private static void WriteHeader(XmlOutput output, CibHeader header) => output.Open("cib")
        .Attribute("crm_feature_set", header.CrmFeatureSet)
        .Attribute("validate-with", header.ValidateWith?.ToString() ?? "none")
        .Attribute("admin_epoch", header.Version.AdminEpoch)
        .Attribute("epoch", header.Version.Epoch)
        .Attribute("num_updates", header.Version.NumUpdates)
        .Attribute("cib-last-written", header.CibLastWritten)
        .Attribute("update-origin", header.UpdateOrigin)
        .Attribute("update-client", header.UpdateClient)
        .Attribute("update-user", header.UpdateUser)
        .Attribute("have-quorum", header.HaveQuorum)
        .Attribute("dc-uuid", header.DcUuid?.Value)
        .Attribute("no-quorum-panic", header.NoQuorumPanic)
        .Attribute("remote-tls-port", header.RemoteTlsPort)
        .Attribute("remote-clear-port", header.RemoteClearPort)
        .Attribute("execution-date", header.ExecutionDate);
}
