using System.Diagnostics;
using System.Globalization;
using Truce.Lab.Hosts;

namespace Truce.Lab;

/// <summary>
/// The process that everything of a lab descends from. It writes its own id before anything else exists, so
/// that a lab can be found and ended whatever became of the command that started it.
/// </summary>
internal static class LabRoot
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Starts it, detached from this process and its terminal.</summary>
    public static void Start(LabPaths lab, LabDefinition definition)
    {
        // $0: folder of the lab; the rest: what to become.
        const string RecordAndBecome = "echo $$ >\"$0/root.pid\"; exec \"$@\"";
        string[] keeper = [Path.Combine(definition.Programs, "truce"), "lab-keeper", lab.Root];
        string init = Path.Combine(definition.Programs, "truce-lab-init");
        string log = lab.KeeperLog;
        string[] user = definition.Isolation == Isolation.UserNamespaces ? ["--user", "--map-root-user"] : [];
        string[] command = definition.Isolation == Isolation.Processes
            ? [init, "--subreaper", "--exit-with-child", "--output", log, "--", .. keeper]
            :
            [
                "unshare", .. user, "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                init, "--exit-with-child", "--output", log, "--", .. keeper,
            ];
        ProcessStartInfo start = new("setsid", ["sh", "-c", RecordAndBecome, lab.Root, .. command])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
    }

    /// <summary>The running root process of a lab; null if there is none.</summary>
    public static int? Find(LabPaths lab)
    {
        if (!File.Exists(lab.RootProcess)
            || !int.TryParse(File.ReadAllText(lab.RootProcess), CultureInfo.InvariantCulture,
                out int process))
        {
            return null;
        }

        return IsOf(lab, process) ? process : null; // The number may long belong to somebody else.
    }

    /// <summary>Ends the lab's processes, all of them, and waits until they are gone.</summary>
    /// <exception cref="OperationCanceledException">They don't end: a process waits for a disk.</exception>
    public static async Task EndAsync(LabPaths lab, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_patience);
        while (KillAll(lab))
            await Task.Delay(2, limit.Token).ConfigureAwait(false);
    }

    // The root last: without a PID namespace nothing else would know its descendants. Whether any was left.
    private static bool KillAll(LabPaths lab)
    {
        List<ProcessTable.Entry> ours = [.. ProcessTable.All().Where(e => e.State != 'Z' && IsOf(lab, e.Id))];
        List<ProcessTable.Entry> below = [.. ours.SelectMany(e => ProcessTable.DescendantsOf(e.Id))
            .Union(ProcessTable.WithVariable(ProcessHosts.Marker,
                mark => mark.StartsWith(lab.Root + ":", StringComparison.Ordinal)))
            .Where(e => e.State != 'Z' && e.Id != Environment.ProcessId
                && ours.TrueForAll(o => o.Id != e.Id))];
        foreach (ProcessTable.Entry process in below.Count > 0 ? below : ours)
            _ = Native.Kill(process.Id, Native.SignalKill);
        return ours.Count + below.Count > 0;
    }

    private static bool IsOf(LabPaths lab, int process)
    {
        string[] command = ProcessTable.CommandLine(process);
        return command.Contains("lab-keeper") && command.Contains(lab.Root);
    }
}
