using System.Text.Json.Nodes;

namespace Truce.Verify.Agents;

/// <summary>An agent with parameters with which it starts in a bench's host.</summary>
/// <param name="Name">PROVIDER:TYPE.</param>
/// <param name="Parameters">NAME=VALUE.</param>
/// <param name="Prepare">A shell script that makes what it needs; null: nothing.</param>
internal sealed record TriedAgent(string Name, IReadOnlyList<string> Parameters, string? Prepare = null)
{
    private static readonly string[] s_folders = ["heartbeat", "pacemaker"];

    /// <summary>Where all agents are found: those of this machine, of tests and of examples.</summary>
    private static string Root => Repository.At("artifacts", "verify", "ocf");

    /// <summary>The agent's file.</summary>
    public string Path => System.IO.Path.Combine([Root, "resource.d", .. Name.Split(':')]);

    /// <summary>Makes them be found.</summary>
    public static void Gather()
    {
        const string Installed = "/usr/lib/ocf";
        Link("lib", Installed + "/lib");
        foreach (string folder in s_folders)
            Link("resource.d/" + folder, $"{Installed}/resource.d/{folder}");
        Link("resource.d/bench", Repository.At("tests", "Truce.Agents.Tests", "bench"));
        Link("resource.d/example", Repository.At("examples", "agents", "example"));
    }

    /// <summary>Runs <c>truce agent test</c> on it.</summary>
    public async Task<Tested> TestAsync(TimeSpan limit, params string[] options)
    {
        Gather();
        string script = System.IO.Path.Combine(Root, "prepare-" + Name.Replace(':', '-'));
        if (Prepare is not null)
            await File.WriteAllTextAsync(script, Prepare).ConfigureAwait(false);
        string[] prepare = Prepare is null ? [] : ["--prepare", script];
        string[] parameters = Parameters.Count == 0 ? [] : ["--param", .. Parameters];
        Ended ended = await Command.RunAsync(
            Repository.At("bin", "truce"),
            ["agent", "test", "ocf:" + Name, "--json", .. parameters, .. prepare, .. options], limit,
            new Dictionary<string, string> { ["OCF_ROOT"] = Root }).ConfigureAwait(false);
        return ended.Answer.Trim().Length > 0 && ended.Code is 0 or 1 or 3
            ? new Tested(JsonNode.Parse(ended.Answer)!, ended)
            : throw new InvalidOperationException($"{Name}: exit {ended.Code}: {ended.LastLine}");
    }

    private static void Link(string name, string target)
    {
        string path = System.IO.Path.Combine(Root, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (!System.IO.Path.Exists(path))
            Directory.CreateSymbolicLink(path, target);
    }
}

/// <summary>What <c>truce agent test --json</c> printed.</summary>
/// <param name="Document">Its document.</param>
/// <param name="Ended">How it ended.</param>
internal sealed record Tested(JsonNode Document, Ended Ended)
{
    /// <summary>The names of the checks that condemn the agent.</summary>
    public IReadOnlyList<string> Condemning =>
        [.. Checks.Where(c => (string?)c["verdict"] == "Condemned").Select(c => (string)c["check"]!)];

    /// <summary>The checks with a verdict of their own.</summary>
    public IEnumerable<JsonNode> Checks => Document["checks"]!.AsArray().Select(c => c!);

    /// <summary>The condemning evidence of a check that says a word.</summary>
    public JsonNode? Evidence(string check, string word) => Checks
        .Where(c => (string?)c["check"] == check).SelectMany(c => c["evidence"]!.AsArray())
        .FirstOrDefault(e => (string?)e!["verdict"] == "Condemned"
            && ((string)e["what"]!).Contains(word, StringComparison.Ordinal));
}
