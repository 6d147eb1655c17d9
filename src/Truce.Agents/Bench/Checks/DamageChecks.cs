using System.Collections.Immutable;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Whether stop succeeds when what it would like to rely on is damaged.</summary>
internal static class DamageChecks
{
    private const int DaemonMax = 5;
    private static readonly string[] s_stateFolders = ["/run/", "/tmp/", "/var/"];

    private static readonly (string Name, string Content)[] s_pidFileDamages =
    [
        ("empty", ""), ("filled with garbage", "not a number\n"), ("stale", "4194303\n"),
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("stop-crashed", Promise.Stop, "stop succeeds when the resource has died already",
            "a process that is gone is stopped: don't return kill's code", CrashedAsync)
            { Need = CheckNeed.Started },
        new("stop-pid-file", Promise.Stop,
            "stop succeeds with a pid file that is stale, wrong, empty or gone",
            "check that the process in the pid file is the resource's before killing it; go on without it",
            PidFileAsync) { Need = CheckNeed.Started, Hosts = 5 },
        new("stop-no-configuration", Promise.Stop,
            "stop of something stopped succeeds without its configuration",
            "find out in stop whether anything runs before validating the configuration", ConfigurationAsync)
            { Hosts = 3 },
        new("stop-no-program", Promise.Stop,
            "stop of something stopped succeeds though its program isn't installed",
            "find out in stop whether anything runs before looking for the program", ProgramAsync)
            { Need = CheckNeed.Started },
        new("stop-no-folders", Promise.Stop,
            "stop succeeds when the folders that it keeps its state in are gone",
            "expect in stop that /run is empty, as after a boot", FoldersAsync) { Need = CheckNeed.Started },
        new("stop-disk-full", Promise.Stop, "stop succeeds on a full disk",
            "write nothing in stop, or go on if writing fails", DiskFullAsync)
            { Need = CheckNeed.Started, Hosts = 2 },
    ];

    private static async Task CrashedAsync(CheckRun run)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        var processes = await stage.ProcessesAsync(run.Cancel).ConfigureAwait(false);
        if (run.Baseline.Processes.Length == 0)
        {
            run.DoesNotApply("the resource has no processes");
            return;
        }

        await stage.KillAsync(processes, run.Cancel).ConfigureAwait(false);
        await StopChecks.StopAndLookAsync(run, stage, "its processes were killed").ConfigureAwait(false);
    }

    private static async Task PidFileAsync(CheckRun run)
    {
        if (run.Baseline.PidFiles.Length == 0)
        {
            run.DoesNotApply("the resource keeps no pid file");
            return;
        }

        foreach (string file in run.Baseline.PidFiles)
        {
            foreach ((string name, string content) in s_pidFileDamages)
                await CrashedWithAsync(run, file, name, content).ConfigureAwait(false);
            await WrongProcessAsync(run, file).ConfigureAwait(false);
        }
    }

    // The processes are dead, as after a crash: what the file says is all that is left.
    private static async Task CrashedWithAsync(CheckRun run, string file, string name, string content)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.CrashAsync(run.Cancel).ConfigureAwait(false);
        await stage.ShellAsync("mkdir -p \"${1%/*}\"; printf %s \"$2\" >\"$1\"", run.Cancel, file, content)
            .ConfigureAwait(false);
        await StopChecks.StopAndLookAsync(run, stage, $"{file} is {name}").ConfigureAwait(false);
    }

    private static async Task WrongProcessAsync(CheckRun run, string file)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.CrashAsync(run.Cancel).ConfigureAwait(false);
        string other = await stage.ShellAsync(
            "sleep 864000 >/dev/null 2>&1 </dev/null & mkdir -p \"${1%/*}\"; echo $! | tee \"$1\"",
            run.Cancel, file).ConfigureAwait(false);
        ActionResult stop = await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        run.Expect(stop, $"{file} holds the number of another process", OcfCode.Success);
        string alive = await stage.ShellAsync($"[ -d /proc/{other.Trim()} ] && echo yes; true", run.Cancel)
            .ConfigureAwait(false);
        // A number is reused seldom; the damage is another service's.
        if (alive.Length == 0)
            run.Advise($"{file} held the number of another process, and stop killed that process");
    }

    private static async Task ConfigurationAsync(CheckRun run)
    {
        await using Stage probe = await run.BootAsync().ConfigureAwait(false);
        string found = await probe.ShellAsync(
            "for f; do case $f in /*) [ -f \"$f\" ] && [ ! -x \"$f\" ] && echo \"$f\" ;; esac; done; true",
            run.Cancel, [.. run.Subject.Values]).ConfigureAwait(false);
        string[] files = found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (files.Length == 0)
            run.DoesNotApply("no parameter names a configuration file that is there");
        foreach (string file in files.Distinct())
        {
            foreach ((string name, string script) in new[]
                { ("gone", "rm -f \"$1\""), ("broken", "printf '%%%%{{ broken\\n' >\"$1\"") })
            {
                await using Stage stage = await run.BootAsync().ConfigureAwait(false);
                await stage.ShellAsync(script, run.Cancel, file).ConfigureAwait(false);
                run.Expect(await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
                    $"never started, {file} is {name}", OcfCode.Success);
            }
        }
    }

    // A program that a parameter names is as good as uninstalled where the parameter names nothing.
    private static async Task<int> NamedProgramsAsync(CheckRun run, Stage stage)
    {
        string[] programs = await Named.ProgramsAsync(run, stage).ConfigureAwait(false);
        foreach ((string name, string value) in run.Subject.NamedValues
            .Where(p => programs.Contains(p.Value)))
        {
            string gone = value + Named.Gone;
            ActionOptions options = new()
            {
                Parameters = run.Subject.Options.Parameters.SetItem(name, gone),
            };
            run.Expect(await stage.DoAsync(OperationNames.Stop, options, run.Cancel).ConfigureAwait(false),
                $"never started, {name}={gone} isn't installed", OcfCode.Success);
        }

        return programs.Length;
    }

    private static async Task ProgramAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        int named = await NamedProgramsAsync(run, stage).ConfigureAwait(false);
        string[] programs = [.. run.Baseline.Processes.Select(p => p.Program)
            .Where(p => p.StartsWith("/usr/", StringComparison.Ordinal)
                && !IsShell(p)).Distinct().Take(DaemonMax)];
        if (programs.Length == 0)
        {
            if (named == 0)
                run.DoesNotApply("the resource has no program of its own that runs");
            return;
        }

        await stage.ShellAsync("for f; do mv \"$f\" \"$f.hidden\"; done", run.Cancel, programs)
            .ConfigureAwait(false);
        run.Expect(await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
            $"never started, {programs[0]} isn't installed", OcfCode.Success);
    }

    private static bool IsShell(string program) =>
        Path.GetFileName(program) is "sh" or "bash" or "dash" or "sleep" or "env";

    private static async Task FoldersAsync(CheckRun run)
    {
        string[] state = [.. run.Baseline.Files.Keys
            .Where(f => s_stateFolders.Any(s => f.StartsWith(s, StringComparison.Ordinal)))];
        string[] folders =
            [.. state.Where(f => run.Baseline.Files[f].Kind == 'd').Append("/run/resource-agents")
            .Distinct()];
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.CrashAsync(run.Cancel).ConfigureAwait(false);
        await stage.ShellAsync("rm -rf -- \"$@\" 2>/dev/null; true", run.Cancel, [.. folders, .. state])
            .ConfigureAwait(false);
        run.Expect(await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
            $"after a power cut that emptied {string.Join(", ", folders)}", OcfCode.Success);
    }

    private static async Task DiskFullAsync(CheckRun run)
    {
        const string Fill =
            "used=$(df -k --output=used /tmp | tail -n 1); mount -o \"remount,size=$((used + 4))k\" /tmp; "
            + "dd if=/dev/zero of=/tmp/truce-bench-full bs=4k count=64 2>/dev/null; true";
        await using (Stage stopped = await run.BootAsync().ConfigureAwait(false))
        {
            await stopped.ShellAsync(Fill, run.Cancel).ConfigureAwait(false);
            run.Expect(await stopped.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
                "never started, the disk is full", OcfCode.Success);
        }

        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.ShellAsync(Fill, run.Cancel).ConfigureAwait(false);
        await StopChecks.StopAndLookAsync(run, stage, "started, the disk is full").ConfigureAwait(false);
    }
}
