using System.Globalization;
using System.Text;
using Truce.EndToEnd.Driving;

namespace Truce.Verify;

/// <summary>What an idle node costs: memory of its roles, and how long <c>truce status</c> takes.</summary>
internal static class IdleNode
{
    private const int Asks = 21;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "size", "measured and written to bench/results/idle-node.md, with the machine", RunAsync);

    private sealed record Memory(string Role, long ResidentKb, long ProportionalKb);

    private static async Task<RowResult> RunAsync()
    {
        string folder = $"/var/tmp/truce-size-{Environment.ProcessId}";
        Dictionary<string, string> environment = new() { ["TRUCE_LAB_DIR"] = folder };
        try
        {
            Ended up = await TruceAsync(environment, "lab", "up", "--nodes", "3").ConfigureAwait(false);
            if (up.Code != 0)
                return RowResult.If(false, $"lab up: exit {up.Code}: {up.LastLine}");
            await Task.Delay(s_idle).ConfigureAwait(false);
            Memory[] roles = [.. RoleProcesses.Roles.SelectMany(role =>
                RoleProcesses.Find(folder, "n2", role).Select(pid => Measure(role, pid)))];
            double[] status = await TimeStatusAsync(environment).ConfigureAwait(false);
            Write(roles, status);
            return RowResult.If(
                roles.Length >= RoleProcesses.Roles.Count && status.Length == Asks,
                $"{roles.Length} processes, {Mib(roles.Sum(r => r.ProportionalKb))} MiB proportional, "
                + $"{Mib(roles.Sum(r => r.ResidentKb))} MiB resident; status {Ms(status[Asks / 2])} ms (median of {Asks})");
        }
        finally
        {
            await TruceAsync(environment, "lab", "down").ConfigureAwait(false);
        }
    }

    private static Task<Ended> TruceAsync(
        Dictionary<string, string> environment, params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit, environment, "/");

    private static Memory Measure(string role, int pid)
    {
        Dictionary<string, long> kilobytes = File.ReadLines($"/proc/{pid}/smaps_rollup").Skip(1)
            .Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(w => w[0], w => long.Parse(w[1], CultureInfo.InvariantCulture));
        return new Memory(role, kilobytes["Rss:"], kilobytes["Pss:"]);
    }

    private static async Task<double[]> TimeStatusAsync(Dictionary<string, string> environment)
    {
        List<double> took = [];
        for (int ask = 0; ask < Asks; ask++)
        {
            Ended ended = await TruceAsync(environment, "status").ConfigureAwait(false);
            if (ended.Code == 0)
                took.Add(ended.Took.TotalMilliseconds);
        }

        return [.. took.Order()];
    }

    private static void Write(Memory[] roles, double[] status)
    {
        StringBuilder text = new("# An idle node\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"Taken {DateTimeOffset.UtcNow:yyyy-MM-dd} by `make verify-failover ROWS=size`: a lab of three nodes, node n2, ");
        text.Append(CultureInfo.InvariantCulture,
            $"{s_idle.TotalSeconds} s after it settled.\n\nMachine: {Machine()}\n\n");
        text.Append("| Role | Resident, MiB | Proportional, MiB |\n|---|---|---|\n");
        foreach (Memory role in roles)
            text.Append(CultureInfo.InvariantCulture,
                $"| {role.Role} | {Mib(role.ResidentKb)} | {Mib(role.ProportionalKb)} |\n");
        text.Append(CultureInfo.InvariantCulture,
            $"| all | {Mib(roles.Sum(r => r.ResidentKb))} | {Mib(roles.Sum(r => r.ProportionalKb))} |\n\n");
        if (status.Length > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"`truce status`, wall time of {status.Length} runs: {Ms(status[0])} / {Ms(status[status.Length / 2])} / {Ms(status[^1])} ms (least, median, most).\n");
        Directory.CreateDirectory(Repository.At("bench", "results"));
        File.WriteAllText(Repository.At("bench", "results", "idle-node.md"), text.ToString());
    }

    private static string Machine()
    {
        string processor = Field("/proc/cpuinfo", "model name");
        string memory = Field("/proc/meminfo", "MemTotal");
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"{Environment.ProcessorCount} × {processor}, {memory}, Linux {Environment.OSVersion.Version}, "
            + $".NET {Environment.Version}, load average {load} at the end (a busy machine makes times longer, not memory larger)";
    }

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();

    private static string Mib(long kilobytes) =>
        (kilobytes / 1024.0).ToString("F1", CultureInfo.InvariantCulture);

    private static string Ms(double milliseconds) =>
        milliseconds.ToString("F0", CultureInfo.InvariantCulture);
}
