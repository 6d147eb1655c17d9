using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Agents.Finding;
using Truce.Model;

namespace Truce.Agents.Bench;

/// <summary>What a test found out about an agent's stop.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Digest">Of the agent's file: another file is another agent.</param>
/// <param name="At">When it was tested.</param>
/// <param name="StopBroken">What condemns its stop, a sentence for each check; empty: nothing.</param>
/// <param name="LongestStopMs">The longest stop that was measured; 0: none was.</param>
public sealed record KeptTest(
    string Agent, string Digest, DateTimeOffset At, IReadOnlyList<string> StopBroken, long LongestStopMs)
{
    /// <summary>The middle of what each action took, in milliseconds; null: a test of an earlier version,
    /// which didn't keep them.</summary>
    public IReadOnlyDictionary<string, long>? UsualMs { get; init; }
}

/// <summary>Results of tests that are kept on this machine, so that checks of configurations know which stop
/// isn't to be trusted. A result is forgotten when the agent's file changes.</summary>
public static class KeptTests
{
    private const long SizeMax = 256 * 1024;

    /// <summary>Keeps what a test found.</summary>
    public static void Keep(AgentSettings settings, AgentName agent, BenchReport report, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(report);
        KeptTest test = new(agent.ToString(), DigestOf(report.Path), at,
            [
                .. report.Results
                    .Where(r => r.Promise is Promise.Stop or Promise.Alone && r.Verdict == Verdict.Condemned)
                    .Select(r => $"{r.Check}: {r.Evidence[0].What}"),
            ],
            (long)report.Times.Where(t => t.Action == OperationNames.Stop)
                .Select(t => t.Most.TotalMilliseconds).DefaultIfEmpty(0).Max())
        {
            // Of an action that was run in several states the one that takes long: a monitor of what runs.
            UsualMs = report.Times.GroupBy(t => t.Action)
                .ToDictionary(g => g.Key, g => (long)g.Max(t => t.Median.TotalMilliseconds)),
        };
        Directory.CreateDirectory(settings.TestsDirectory);
        string path = FileOf(settings, agent);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(test, KeptTestJson.Default.KeptTest));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>What is kept of these agents. Those without a test of the file that is installed now are left
    /// out.</summary>
    public static IReadOnlyDictionary<AgentName, KeptTest> Of(
        AgentSettings settings, IEnumerable<AgentName> agents)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(agents);
        AgentCatalog catalog = new(settings);
        Dictionary<AgentName, KeptTest> kept = [];
        foreach (AgentName agent in agents.Where(a => a.Class == AgentName.Ocf).Distinct())
        {
            if (catalog.Locate(agent) is AgentPlace.Program(_, var program)
                && Read(FileOf(settings, agent)) is { } test && test.Digest == DigestOf(program))
                kept[agent] = test;
        }

        return kept;
    }

    // What can't be read is as good as not there: it only adds to what a check knows.
    private static KeptTest? Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= SizeMax }
                ? JsonSerializer.Deserialize(File.ReadAllText(path), KeptTestJson.Default.KeptTest)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string FileOf(AgentSettings settings, AgentName agent) =>
        Path.Combine(settings.TestsDirectory, $"{agent.Provider}-{agent.Type}.json");

    private static string DigestOf(string program) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(program)));
}

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeptTest))]
internal sealed partial class KeptTestJson : JsonSerializerContext;
