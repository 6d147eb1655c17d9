using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Truce.Verify;

/// <summary>
/// A run that is ended by SIGINT, SIGTERM or the end of its shell takes down every lab and peer that it
/// started: what it runs is ended, then each lab is brought down, then this process exits.
/// </summary>
internal static partial class Interruption
{
    private const int DeathSignalOfParent = 1;
    private const int Terminate = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_downMax = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<int, Process> s_running = [];
    private static readonly ConcurrentDictionary<Debt, byte> s_debts = [];
    private static readonly List<PosixSignalRegistration> s_registrations = [];
    private static int s_begun;

    private sealed record Debt(string Program, string Variable, string Folder);

    /// <summary>Whether the run is being ended: nothing new is started.</summary>
    public static bool HasBegun => Volatile.Read(ref s_begun) != 0;

    /// <summary>From now on such a signal ends the run in order.</summary>
    public static void Watch()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM,
            PosixSignal.SIGHUP])
            s_registrations.Add(PosixSignalRegistration.Create(signal, Interrupted));
        // A shell that is killed sends nothing.
        _ = SetProcessControl(DeathSignalOfParent, Terminate, 0, 0, 0);
    }

    /// <summary>A process was started; what its environment says of labs is owed until they are
    /// down.</summary>
    public static void Started(Process process, string file, IReadOnlyDictionary<string, string>? environment)
    {
        s_running[process.Id] = process;
        if (DebtOf(file, environment) is { } debt)
            s_debts.TryAdd(debt, 0);
    }

    /// <summary>It has ended; where it brought a lab down, nothing is owed any more.</summary>
    public static void Ended(
        Process process, string file,
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        s_running.TryRemove(process.Id, out _);
        if (arguments.Contains("down") && process.ExitCode == 0 && DebtOf(file, environment) is { } debt)
            s_debts.TryRemove(debt, out _);
    }

    private static Debt? DebtOf(string file, IReadOnlyDictionary<string, string>? environment)
    {
        if (environment?.GetValueOrDefault("PCMK_LAB_DIR") is { Length: > 0 } peer)
            return new Debt(Path.Combine(Path.GetDirectoryName(file)!, "pcmk-lab"), "PCMK_LAB_DIR", peer);
        return environment?.GetValueOrDefault("TRUCE_LAB_DIR") is { Length: > 0 } lab
            ? new Debt(Repository.At("bin", "truce"), "TRUCE_LAB_DIR", lab)
            : null;
    }

    private static void Interrupted(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref s_begun, 1) == 0)
            _ = Task.Run(() => EndAsync(context.Signal));
    }

    private static async Task EndAsync(PosixSignal signal)
    {
        await Console.Error.WriteLineAsync(
            $"{signal}: taking down what this run started").ConfigureAwait(false);
        int[] processes = [.. s_running.Keys];
        foreach (Process process in s_running.Values)
            await EndAsync(process).ConfigureAwait(false);
        foreach (Debt debt in s_debts.Keys.Concat(processes.SelectMany(LabsOf)))
            await TakeDownAsync(debt).ConfigureAwait(false);
        Environment.Exit(
            128 + (signal == PosixSignal.SIGINT ? 2 : signal == PosixSignal.SIGHUP ? 1 : Terminate));
    }

    // Many end in order when they are asked to: a demo, a test program with labs of its own.
    private static async Task EndAsync(Process process)
    {
        try
        {
            _ = SendSignal(process.Id, Terminate);
            using CancellationTokenSource patience = new(s_patience);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, and its handle is gone.
        }
    }

    // Labs of test programs: their folders bear the program's number.
    private static IEnumerable<Debt> LabsOf(int process) =>
        Directory.GetDirectories(
            "/var/tmp", string.Create(CultureInfo.InvariantCulture, $"truce-e2e-{process}-*"))
            .Select(folder => new Debt(Repository.At("bin", "truce"), "TRUCE_LAB_DIR", folder));

    private static async Task TakeDownAsync(Debt debt)
    {
        bool isPeer = debt.Variable == "PCMK_LAB_DIR";
        ProcessStartInfo start = new(
            debt.Program, isPeer ? ["down"] : ["lab", "down"]) { WorkingDirectory = "/" };
        start.Environment[debt.Variable] = debt.Folder;
        if (isPeer)
            start.Environment["PCMK_LAB_PFX"] = Corosync.PeerBench.Prefix;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(s_downMax);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        await Console.Error.WriteLineAsync(
            $"{debt.Folder}: {(process.HasExited && process.ExitCode == 0 ? "down" : "NOT taken down")}")
            .ConfigureAwait(false);
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int SetProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
