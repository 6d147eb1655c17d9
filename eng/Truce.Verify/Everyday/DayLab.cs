using Truce.Verify.Safe;

namespace Truce.Verify.Everyday;

/// <summary>The cluster on which an administrator's day is typed, and the typing.</summary>
internal static class DayLab
{
    private static readonly TimeSpan s_each = TimeSpan.FromMinutes(4);
    private static readonly string[] s_endless = ["--watch", "--follow", "group watch"];

    // What follows the cluster has no end of its own.
    private static readonly TimeSpan s_following = TimeSpan.FromSeconds(5);

    /// <summary>Brings up the cluster of examples/day over Corosync.</summary>
    /// <exception cref="InvalidOperationException">It doesn't come up.</exception>
    public static Task<SafeLab> UpAsync(string name) => SafeLab.UpAsync(
        name, "--engine", "corosync", "--agents", Repository.At("examples", "demo", "agents", "truce-demo"),
        "--disk", "shared:64", "--config", Repository.At("examples", "day", "cluster.xml"));

    /// <summary>Types a line in a shell in a folder, or on the first node; what is wrong, or
    /// nothing.</summary>
    /// <param name="lab">Whose cluster commands find.</param>
    /// <param name="line">The line.</param>
    /// <param name="folder">Where; null: on a node.</param>
    /// <param name="wanted">The exit code that is right.</param>
    public static async Task<string> TypeAsync(SafeLab lab, string line, string? folder, int wanted = 0)
    {
        bool isEndless = s_endless.Any(w => line.Contains(w, StringComparison.Ordinal));
        string typed = isEndless
            ? $"timeout --preserve-status -s INT {s_following.TotalSeconds} {line}" : line;
        Dictionary<string, string> environment = new(lab.Environment)
        {
            ["PATH"] = $"{Repository.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        Ended ended = folder is null
            ? await lab.TruceAsync("lab", "exec", "n1", "--", "sh", "-c", typed).ConfigureAwait(false)
            : await Command.RunAsync("bash", ["-o", "pipefail", "-c", typed], s_each, environment, folder)
                .ConfigureAwait(false);
        return ended.Code == wanted || (isEndless && ended.Code == 6)
            ? ""
            : $"{line}: exit {ended.Code}: {ended.Output.Trim().ReplaceLineEndings(" / ")}";
    }
}
