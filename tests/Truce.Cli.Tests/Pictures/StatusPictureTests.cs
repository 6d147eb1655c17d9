using System.Runtime.CompilerServices;
using System.Text.Json;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Tests.Pictures;

/// <summary>
/// The status of a recorded cluster (cluster.json; <c>make verify-everyday ROWS=pictures RECORD=1</c> records
/// another) as docs/pictures shows it. TRUCE_ACCEPT=1 draws the pictures anew.
/// </summary>
public sealed class StatusPictureTests
{
    private const int ResourcesMin = 300;
    private static readonly string s_here = Here();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status", 80)]
    [InlineData("status", 200)]
    [InlineData("status --watch", 80)]
    [InlineData("status --watch", 200)]
    public async Task The_picture_in_the_documentation_is_what_it_prints(string command, int columns)
    {
        ClusterStatusDocument recorded = JsonSerializer.Deserialize(
            await File.ReadAllTextAsync(Path.Combine(s_here, "cluster.json"), Cancel),
            CliJson.Indented.ClusterStatusDocument)!;
        Assert.True(recorded.Resources.Length >= ResourcesMin, $"{recorded.Resources.Length} resources");
        string text = await PrintAsync(recorded, command, columns);
        foreach (ResourceStatus resource in recorded.Resources)
            Assert.Contains(resource.Instance, text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= columns, line));
        Assert.DoesNotContain('\e', text);
        string name = command.Replace(" --", "-", StringComparison.Ordinal);
        string picture = Path.Combine(s_here, "..", "..", "..", "docs", "pictures", $"{name}-{columns}.txt");
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            await File.WriteAllTextAsync(picture, text, Cancel);
        Assert.Equal(await File.ReadAllTextAsync(picture, Cancel), text);
    }

    private static async Task<string> PrintAsync(ClusterStatusDocument recorded, string command, int columns)
    {
        using CancellationTokenSource interrupt = new();
        Terminal terminal = new() { Cluster = new ScriptedCluster(), Interrupted = interrupt.Token };
        int asked = 0;
        terminal.Cluster.Status = _ =>
        {
            // What watches asks again, until it is interrupted.
            if (asked++ > 0)
                interrupt.Cancel();
            return recorded;
        };
        terminal.Cluster.Answer = request => request is ClientRequest.GetEvents
            ? new ClientReply.Events([.. Events(recorded)], 0)
            : null;
        terminal.With("COLUMNS", $"{columns}");
        Assert.Equal(ExitCode.Done, await terminal.RunAsync($"{command} --socket s"));
        // The first screen: then the answering node goes, and another is asked.
        return terminal.Output.Split("the stream ended\n")[0];
    }

    private static IEnumerable<ClusterEvent> Events(ClusterStatusDocument recorded) =>
        recorded.Resources.Where(r => r.Node is not null).Take(5).Select((r, i) => new ClusterEvent(
            i + 1, new DateTimeOffset(2026, 3, 1, 11, 59, i, TimeSpan.Zero), 1000, "start-done", r.Node,
            r.Instance, ""));

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
