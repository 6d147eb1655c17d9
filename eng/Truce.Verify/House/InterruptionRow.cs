using System.Diagnostics;
using System.Globalization;
using Truce.Verify.Corosync;

namespace Truce.Verify.House;

/// <summary>A run that is interrupted leaves no lab and no peer behind.</summary>
internal static class InterruptionRow
{
    private static readonly TimeSpan s_upMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_downMax = TimeSpan.FromMinutes(3);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "interruption",
        "runs ended by SIGINT, SIGTERM, SIGHUP and the end of their shell leave no process of their lab or peer", RunAsync);

    /// <summary>A lab, or the peer's.</summary>
    public static Task<Ended> BringUpAsync(string what, string folder) => what == "peer"
        ? Command.RunAsync(
            Path.Combine(StampRecord.PeerLab!, "pcmk-lab"), ["up", "2"], s_upMax,
            new Dictionary<string, string> { ["PCMK_LAB_DIR"] = folder,
                ["PCMK_LAB_PFX"] = PeerBench.Prefix }, "/")
        : Command.RunAsync(
            Repository.At("bin", "truce"), ["lab", "up", "--nodes", "2"], s_upMax,
            new Dictionary<string, string> { ["TRUCE_LAB_DIR"] = folder }, "/");

    private static async Task<RowResult> RunAsync()
    {
        List<string> told = [];
        bool all = true;
        foreach (string how in (string[])["-INT", "-TERM", "-HUP", "-KILL of its shell"])
        {
            string? left = await InterruptAsync("lab", how).ConfigureAwait(false);
            told.Add($"lab {how}: {left ?? "nothing left"}");
            all &= left is null;
        }

        if (PeerBench.Missing is { } missing)
            return RowResult.Skip($"{string.Join(", ", told)}; peer: {missing}");
        string? leftOfPeer = await InterruptAsync("peer", "-TERM").ConfigureAwait(false);
        told.Add($"peer -TERM: {leftOfPeer ?? "nothing left"}");
        return RowResult.If(all && leftOfPeer is null, string.Join(", ", told));
    }

    // What is left of it; null: nothing. The run stands below a shell of its own, as below make.
    private static async Task<string?> InterruptAsync(string what, string how)
    {
        string folder = string.Create(
            CultureInfo.InvariantCulture, $"/var/tmp/truce-hold-{Environment.ProcessId}");
        string program = Repository.At(
            "eng", "Truce.Verify", "bin", Repository.Configuration, "net10.0", "Truce.Verify.dll");
        // What a shell runs in the background ignores SIGINT and hands that on, nohup SIGHUP too; a user's run
        // doesn't.
        string command = "/bin/sh -c 'echo $$; exec env --default-signal=INT,HUP,TERM "
            + $"dotnet {program} hold {what} {folder}'; true";
        ProcessStartInfo start = new("/bin/sh", ["-c", command])
        {
            RedirectStandardOutput = true,
        };
        using Process shell = Process.Start(start)!;
        int run = int.Parse(
            (await shell.StandardOutput.ReadLineAsync().ConfigureAwait(false))!,
            CultureInfo.InvariantCulture);
        string? up = await shell.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        if (up != "UP")
            return $"it didn't come up: {up}";
        if (Count(folder) == 0)
            return "no process of it was found while it was up";
        string[] signal = how == "-KILL of its shell"
            ? ["-KILL", shell.Id.ToString(CultureInfo.InvariantCulture)]
            : [how, run.ToString(CultureInfo.InvariantCulture)];
        await Command.RunAsync("/bin/kill", signal, s_downMax).ConfigureAwait(false);
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_downMax;)
        {
            if (Count(folder) == 0 && !Directory.Exists($"/proc/{run}"))
                return null;
            await Task.Delay(500).ConfigureAwait(false);
        }

        return $"{Count(folder)} processes";
    }

    // Those that name the folder in their command or environment, this process's own children of the row left
    // out.
    private static int Count(string folder) => Directory.GetDirectories("/proc")
        .Count(d => int.TryParse(Path.GetFileName(d), out int pid) && pid != Environment.ProcessId
            && Names(d, folder));

    private static bool Names(string process, string folder)
    {
        try
        {
            string command = File.ReadAllText(process + "/cmdline");
            return !command.Contains("Truce.Verify", StringComparison.Ordinal)
                && (command.Contains(folder, StringComparison.Ordinal)
                    || File.ReadAllText(process + "/environ").Contains(
                        "_LAB_DIR=" + folder, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
