using System.Text.Json.Nodes;

namespace Truce.Verify.Agents;

/// <summary>Results of single agents, kept by commit, so that a long row that is interrupted goes
/// on.</summary>
internal static class Kept
{
    /// <summary>Where they are.</summary>
    public static string Folder => Repository.At("artifacts", "verify", "agents");

    /// <summary>Tests an agent, unless that was done at this commit; null: it can't be tested.</summary>
    public static async Task<JsonNode?> TakeAsync(
        string what, TriedAgent agent, TimeSpan limit, params string[] options)
    {
        Directory.CreateDirectory(Folder);
        string key = await VerifyStore.KeyAsync().ConfigureAwait(false);
        string path = Path.Combine(Folder, $"{what}-{agent.Name.Replace(':', '-')}.json");
        if (File.Exists(path) && JsonNode.Parse(await File.ReadAllTextAsync(path).ConfigureAwait(false))
            is { } kept && (string?)kept["commit"] == key)
            return kept;
        Tested tested;
        try
        {
            tested = await agent.TestAsync(limit, options).ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync($"{what}: {e.Message}").ConfigureAwait(false);
            return null;
        }

        tested.Document["commit"] = key;
        await File.WriteAllTextAsync(path, tested.Document.ToJsonString()).ConfigureAwait(false);
        await Console.Error.WriteLineAsync($"{what}: {agent.Name}: {tested.Ended.Took.TotalSeconds:0} s")
            .ConfigureAwait(false);
        return tested.Document;
    }
}
