using System.Globalization;
using System.Text.RegularExpressions;
using Truce.EndToEnd.Driving;

namespace Truce.Verify.Safe;

/// <summary>A lab of a row's own, taken down with the row.</summary>
internal sealed partial class SafeLab : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    private SafeLab(string folder) =>
        (Folder, Environment) = (folder, new Dictionary<string, string> { ["TRUCE_LAB_DIR"] = folder });

    /// <summary>The lab's folder.</summary>
    public string Folder { get; }

    /// <summary>What commands that use it find in their environment.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>A lab that somebody else brings up.</summary>
    public static SafeLab Named(string name) =>
        new($"/var/tmp/truce-safe-{name}-{System.Environment.ProcessId}");

    /// <summary>Brings nodes up: three, unless the words for <c>lab up</c> say otherwise.</summary>
    /// <exception cref="InvalidOperationException">They don't come up.</exception>
    public static async Task<SafeLab> UpAsync(string name, params string[] words)
    {
        SafeLab lab = Named(name);
        Ended up = await lab.TruceAsync(
            ["lab", "up", .. words.Length == 0 ? ["--nodes", "3"] : words]).ConfigureAwait(false);
        if (up.Code == 0)
            return lab;
        await lab.DisposeAsync().ConfigureAwait(false);
        throw new InvalidOperationException($"lab up: exit {up.Code}: {up.LastLine}");
    }

    /// <summary>A command of <c>truce</c> on this lab.</summary>
    public Task<Ended> TruceAsync(params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit, Environment, "/");

    /// <summary>The same, of a command that must succeed: what it printed.</summary>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    public async Task<string> DoAsync(params string[] arguments)
    {
        Ended done = await TruceAsync(arguments).ConfigureAwait(false);
        return done.Code == 0
            ? done.Answer
            : throw new InvalidOperationException($"truce {string.Join(' ', arguments)}: exit {done.Code}: "
                + done.Output.Trim().ReplaceLineEndings(" / "));
    }

    /// <summary>Whether the cluster says within the time that it has settled.</summary>
    public Task<bool> SettledAsync(TimeSpan limit) => StateAsync(SettledState(), limit);

    /// <summary>Whether it says within the time that it has settled, or what keeps it from more.</summary>
    public Task<bool> RestsAsync(TimeSpan limit) => StateAsync(RestingState(), limit);

    private async Task<bool> StateAsync(Regex state, TimeSpan limit)
    {
        DateTime end = DateTime.UtcNow + limit;
        while (DateTime.UtcNow < end)
        {
            Ended status = await TruceAsync("status", "--json").ConfigureAwait(false);
            if (status.Code == 0 && state.IsMatch(status.Output))
                return true;
            await Task.Delay(250).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Shots and resets so far, by the power switch.</summary>
    public int Shots() => File.Exists(Path.Combine(Folder, "events"))
        ? File.ReadLines(Path.Combine(Folder, "events")).Count(l => Shot().IsMatch(l))
        : 0;

    /// <summary>The number of a role's process on a node.</summary>
    public int Process(string node, string role) =>
        RoleProcesses.Find(Folder, node, role).ToArray() is [var only, ..]
        ? only
        : throw new InvalidOperationException($"no {role} runs on {node}");

    /// <summary>Memory of a process, MiB: resident and proportional.</summary>
    public static (double Resident, double Proportional) Memory(int process)
    {
        string[] lines = File.ReadAllLines($"/proc/{process}/smaps_rollup");
        return (Mib(lines, "Rss:"), Mib(lines, "Pss:"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await TruceAsync("lab", "down").ConfigureAwait(false);

    private static double Mib(string[] lines, string field)
    {
        string line = lines.First(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(
            line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) / 1024;
    }

    [GeneratedRegex("\"state\": *\"settled\"", RegexOptions.IgnoreCase)]
    private static partial Regex SettledState();

    [GeneratedRegex("\"state\": *\"(settled|held)\"", RegexOptions.IgnoreCase)]
    private static partial Regex RestingState();

    [GeneratedRegex(" power-off .*cause=(fence|self-reset|watchdog)")]
    private static partial Regex Shot();
}
