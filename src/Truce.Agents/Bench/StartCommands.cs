using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Processes;
using Truce.Model;

namespace Truce.Agents.Bench;

/// <summary>The programs that a whole start calls by name, in order, with their arguments.</summary>
/// <param name="Calls">One for each call.</param>
/// <param name="Start">How that start ended.</param>
internal sealed record StartCalls(ImmutableArray<string> Calls, ActionResult Start);

/// <summary>Counts a start's commands, once for all checks that interrupt a start at one of them.</summary>
internal sealed class StartCommands(BenchSubject subject, ProcessSpawner spawner)
{
    private static readonly string[] s_untouched =
        ["sh", "bash", "dash", "env", "setpriv", "nsenter", "strace"];

    private static readonly string[] s_programFolders =
        ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

    // Called by the functions that OCF's own library gives to agents.
    private static readonly ImmutableHashSet<string> s_common =
        ["basename", "cat", "chmod", "chown", "cut", "date", "dirname", "grep", "head", "id", "kill",
            "logger", "ls", "mkdir", "mktemp", "ps", "pgrep", "readlink", "rm", "sed", "sleep", "sort",
            "stat", "tail", "touch", "tr", "uname", "which"];

    private static readonly Lazy<ImmutableArray<string>> s_installed = new(() =>
        [.. s_programFolders.Where(Directory.Exists).SelectMany(Directory.GetFiles)
            .Select(f => Path.GetFileName(f)!).Except(s_untouched).Distinct()]);

    private readonly Lock _lock = new();
    private ImmutableArray<string> _programs;
    private Task<StartCalls>? _counted;

    /// <summary>What a whole start calls.</summary>
    public Task<StartCalls> CountAsync(CancellationToken cancel)
    {
        lock (_lock)
            return _counted ??= CountOnceAsync(cancel);
    }

    /// <summary>Puts counting scripts before all programs that the agent may call.</summary>
    public void Shim(Stage stage) => stage.Shim(Programs());

    private ImmutableArray<string> Programs()
    {
        lock (_lock)
        {
            if (_programs.IsDefault)
                _programs = [.. s_installed.Value.Where(n =>
                    s_common.Contains(n) || subject.Text.Contains(n, StringComparison.Ordinal))];
            return _programs;
        }
    }

    private async Task<StartCalls> CountOnceAsync(CancellationToken cancel)
    {
        await using Stage stage = await Stage.BootAsync(subject, spawner, cancel).ConfigureAwait(false);
        Shim(stage);
        ActionResult start = await stage.DoAsync(
            OperationNames.Start, new ActionOptions { Shims = Shims.On }, cancel).ConfigureAwait(false);
        return new StartCalls(
            [.. Directory.GetFiles(Path.Combine(stage.Share, "calls"))
                .OrderBy(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture))
                .Select(f => File.ReadAllText(f).Split('\n')[0].Trim())], start);
    }
}
