using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Truce.Agents.Describing;
using Truce.Cli.Agents;
using Truce.Cli.Changing;
using Truce.Cli.Checking;
using Truce.Cli.Cluster;
using Truce.Cli.ClusterSetup;
using Truce.Cli.Configuration;
using Truce.Cli.Constraints;
using Truce.Cli.Fencing;
using Truce.Cli.Nodes;
using Truce.Cli.Options;
using Truce.Cli.Reporting;
using Truce.Cli.Resources;
using Truce.Contracts;

namespace Truce.Cli.Printing;

/// <summary>What <c>--json</c> prints, in addition to the documents of the clients' protocol.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(ClusterStatusDocument))]
[JsonSerializable(typeof(ClusterEvent))]
[JsonSerializable(typeof(IReadOnlyList<ClusterEvent>))]
[JsonSerializable(typeof(IReadOnlyList<FenceRecord>))]
[JsonSerializable(typeof(IReadOnlyList<ConfigurationEntry>))]
[JsonSerializable(typeof(IReadOnlyList<NodeStatus>))]
[JsonSerializable(typeof(IReadOnlyList<ResourceStatus>))]
[JsonSerializable(typeof(IReadOnlyList<AttributeJson>))]
[JsonSerializable(typeof(IReadOnlyList<TicketJson>))]
[JsonSerializable(typeof(IReadOnlyList<FenceDeviceJson>))]
[JsonSerializable(typeof(IReadOnlyList<FenceLevelJson>))]
[JsonSerializable(typeof(IReadOnlyList<FencePathJson>))]
[JsonSerializable(typeof(IReadOnlyList<CheckFindingJson>))]
[JsonSerializable(typeof(IReadOnlyList<FailoverJson>))]
[JsonSerializable(typeof(WhyJson))]
[JsonSerializable(typeof(WhyAtJson))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(AgentMetadata))]
[JsonSerializable(typeof(AgentRunJson))]
[JsonSerializable(typeof(AgentTestJson))]
[JsonSerializable(typeof(AgentMutantsJson))]
[JsonSerializable(typeof(ConfigurationJson))]
[JsonSerializable(typeof(ImportJson))]
[JsonSerializable(typeof(OutcomeJson))]
[JsonSerializable(typeof(IReadOnlyList<OptionJson>))]
[JsonSerializable(typeof(IReadOnlyList<FailureJson>))]
[JsonSerializable(typeof(VersionDifferenceJson))]
[JsonSerializable(typeof(IReadOnlyList<ConstraintJson>))]
[JsonSerializable(typeof(IReadOnlyList<NamedValue>))]
[JsonSerializable(typeof(IReadOnlyList<OperationJson>))]
[JsonSerializable(typeof(ReportIndexJson))]
[JsonSerializable(typeof(SetupJson))]
[JsonSerializable(typeof(Invitation))]
[JsonSerializable(typeof(NodeFactsJson))]
[JsonSerializable(typeof(ClientReply.Done))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>For people and <c>jq</c>: indented, and umlauts as they are.</summary>
    public static CliJson Indented { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>One document on one line, for streams of them.</summary>
    public static CliJson OneLine { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Writes JSON to where a command prints.</summary>
internal static class Json
{
    /// <summary>Writes one document and ends the line.</summary>
    public static void WriteJson<T>(this TextWriter output, T value, JsonTypeInfo<T> type) =>
        output.WriteLine(JsonSerializer.Serialize(value, type));
}
