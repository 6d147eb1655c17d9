using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Truce.Agents.Processes;

namespace Truce.Agents.Bench.Hosts;

/// <summary>
/// A host of its own: mounts, processes, network, names and shared memory. It ends, with all that was changed
/// in it, when it is disposed of or when this process ends in whatever way: it lives as long as its input is
/// open.
/// </summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private const string DiskSize = "256m";
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_shellLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_bootLimit = TimeSpan.FromSeconds(30);

    /// <summary>What could reach the machine below the host: its clock, modules, raw devices,
    /// power.</summary>
    private const string Withheld =
        "-sys_module,-sys_rawio,-sys_boot,-sys_time,-syslog,-wake_alarm,-mac_override,-mac_admin";

    private readonly Process _parent;
    private readonly ProcessSpawner _spawner;
    private readonly string _process;

    private BenchHost(Process parent, ProcessSpawner spawner, string share, string process)
    {
        (_parent, _spawner, Share, _process) = (parent, spawner, share, process);
    }

    /// <summary>The folder shared with the host, as the bench sees it.</summary>
    public string Share { get; }

    /// <summary>Boots a host. The folder is the host's, once it is there; it is removed with it.</summary>
    /// <exception cref="BenchException">It can't be made here.</exception>
    public static async Task<BenchHost> BootAsync(
        ProcessSpawner spawner, string share, string agentPath, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.Combine(share, "disk"));
        string script = Path.Combine(share, "host.sh");
        await File.WriteAllTextAsync(script, HostScript.Text, cancel).ConfigureAwait(false);
        ProcessStartInfo start = new("unshare",
        [
            "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--kill-child", "sh", "-eu", script,
                share,
            DiskSize, agentPath,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process parent;
        try
        {
            parent = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchException(BenchFailure.NoHost, $"unshare can't be run: {e.Message}",
                "install util-linux");
        }

        return await AwaitAsync(parent, spawner, share, cancel).ConfigureAwait(false);
    }

    /// <summary>Runs a program in the host, as part of an operation that is killed as a whole.</summary>
    public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancel) => _spawner.RunAsync(
        spec with
        {
            Program = "/usr/bin/nsenter",
            Arguments =
            [
                "-t", _process, "-m", "-u", "-i", "-n", "-p", "setpriv", "--bounding-set", Withheld,
                    spec.Program,
                .. spec.Arguments,
            ],
        },
        null, cancel);

    /// <summary>Runs a shell script in the host and returns what it prints.</summary>
    /// <exception cref="BenchException">It failed.</exception>
    public async Task<string> ShellAsync(string script, CancellationToken cancel, params string[] words)
    {
        ProcessSpec spec = new(
            $"bench-{Guid.NewGuid():N}", "/bin/sh", ["-c", script, "bench", .. words], PlainEnvironment,
            s_shellLimit)
        {
            Capture = CaptureLimits.Document,
            LeaveDaemonsOn = [0],
        };
        ProcessResult result = await RunAsync(spec, cancel).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return result.End is ProcessEnd.Exited(0)
            ? result.Output.Text
            : throw new BenchException(BenchFailure.NoHost,
                $"a step in the host failed: {result.Errors.Text.Trim()}", "look at the step's message");
    }

    /// <summary>The environment of the bench's own steps.</summary>
    public static ImmutableSortedDictionary<string, string> PlainEnvironment { get; } =
        ImmutableSortedDictionary<string, string>.Empty
            .Add("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").Add("HOME", "/root");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(_parent).ConfigureAwait(false);
        Remove(Share);
    }

    private static async Task<BenchHost> AwaitAsync(
        Process parent, ProcessSpawner spawner, string share, CancellationToken cancel)
    {
        Task<string> complaints = parent.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(s_bootLimit);
            string? ready = await parent.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false);
            if (int.TryParse(ready, CultureInfo.InvariantCulture, out _))
                return new BenchHost(parent, spawner, share, ready);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(parent).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            throw new BenchException(BenchFailure.NoHost, "the host of its own didn't come up in 30 s",
                "look at the machine's load");
        }

        await EndAsync(parent).ConfigureAwait(false);
        string said = (await complaints.ConfigureAwait(false)).Trim();
        throw new BenchException(BenchFailure.NoHost, $"the host of its own can't be made: {said}",
            "it takes unshare, nsenter, setpriv, mount, ip, and a kernel with namespaces and overlayfs");
    }

    // Closing its input ends the host; what a hung file system holds is left to the kernel.
    private static async Task EndAsync(Process parent)
    {
        parent.StandardInput.Close();
        using CancellationTokenSource limit = new(s_endLimit);
        try
        {
            await parent.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            parent.Kill();
        }

        parent.Dispose();
    }

    /// <summary>Removes the folder of a host that has ended.</summary>
    public static void Remove(string share)
    {
        try
        {
            Directory.Delete(share, recursive: true);
        }
        catch (IOException)
        {
            // Still held by something that the kernel can't end. It is one small folder.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
