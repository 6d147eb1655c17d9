using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Contracts;

namespace Truce.Daemon.Judging;

/// <summary>What the judging process reads: one document on its standard input.</summary>
/// <param name="Text">The proposed configuration.</param>
/// <param name="Present">The CIB that a plan would be made from now.</param>
/// <param name="Now">What time it is.</param>
/// <param name="Others">Members besides this node of whose agents nothing is known.</param>
/// <param name="Offers">The agents of the others, by node.</param>
/// <param name="Rights">The caller whose permissions are checked first; null if none are.</param>
internal sealed record JudgeInput(
    string Text, string Present, DateTimeOffset Now, int Others, SortedDictionary<string, string[]> Offers,
    JudgeRights? Rights = null);

/// <summary>Rights that depend on what is changed.</summary>
/// <param name="Name">The user.</param>
/// <param name="Groups">The user's groups.</param>
/// <param name="InForce">The CIB whose ACLs decide.</param>
/// <param name="At">What time the cluster has.</param>
internal sealed record JudgeRights(string Name, string[] Groups, string InForce, DateTimeOffset? At);

/// <summary>What it writes: one document on its standard output.</summary>
/// <param name="Findings">All there is to say.</param>
/// <param name="Forbidden">Why the caller may not make the change, which then
/// wasn't judged; null: allowed.</param>
internal sealed record JudgeOutput(InputFinding[] Findings, string? Forbidden = null);

/// <summary>How both are written. Both ends are one program of one version.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JudgeInput))]
[JsonSerializable(typeof(JudgeOutput))]
internal sealed partial class JudgeJson : JsonSerializerContext;
