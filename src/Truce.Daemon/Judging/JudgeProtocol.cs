using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Contracts;

namespace Truce.Daemon.Judging;

/// <summary>What the judging process reads: one document on its standard input.</summary>
/// <param name="Text">The proposed configuration.</param>
/// <param name="Present">The CIB that a plan would be made from now.</param>
/// <param name="Now">What time it is.</param>
/// <param name="Others">Members besides this node.</param>
internal sealed record JudgeInput(string Text, string Present, DateTimeOffset Now, int Others);

/// <summary>What it writes: one document on its standard output.</summary>
/// <param name="Findings">All there is to say.</param>
internal sealed record JudgeOutput(InputFinding[] Findings);

/// <summary>How both are written. Both ends are one program of one version.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JudgeInput))]
[JsonSerializable(typeof(JudgeOutput))]
internal sealed partial class JudgeJson : JsonSerializerContext;
