using System.Globalization;
using Truce.EndToEnd.Driving;

namespace Truce.Verify.Safe;

/// <summary>A lab of a row's own, taken down with the row.</summary>
internal sealed class SafeLab : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    private SafeLab(string folder) =>
        (Folder, Environment) = (folder, new Dictionary<string, string> { ["TRUCE_LAB_DIR"] = folder });

    /// <summary>The lab's folder.</summary>
    public string Folder { get; }

    /// <summary>What commands that use it find in their environment.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Brings three nodes up.</summary>
    /// <exception cref="InvalidOperationException">They don't come up.</exception>
    public static async Task<SafeLab> UpAsync(string name)
    {
        SafeLab lab = new($"/var/tmp/truce-safe-{name}-{System.Environment.ProcessId}");
        Ended up = await lab.TruceAsync("lab", "up", "--nodes", "3").ConfigureAwait(false);
        if (up.Code == 0)
            return lab;
        await lab.DisposeAsync().ConfigureAwait(false);
        throw new InvalidOperationException($"lab up: exit {up.Code}: {up.LastLine}");
    }

    /// <summary>A command of <c>truce</c> on this lab.</summary>
    public Task<Ended> TruceAsync(params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit, Environment, "/");

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
}
