using System.Diagnostics;

namespace Truce.Mutants.Running;

/// <summary>A worker, from the side of whoever asks it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts one in a folder that holds a suite and the mutated assembly.</summary>
    public WorkerProcess(string folder, string suite, string[] work, string? mutant = null)
    {
        ProcessStartInfo start = new("dotnet",
        [
            "exec", "--depsfile", Path.Combine(folder, suite + ".deps.json"),
            "--runtimeconfig", Path.Combine(folder, suite + ".runtimeconfig.json"),
            Path.Combine(folder, "Truce.Mutants.dll"), "work", .. work,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        // A mutant that gathers memory without end must not cost the machine.
        start.Environment["DOTNET_GCHeapHardLimit"] = "60000000";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        // Else what mutants make of golden files would be accepted.
        start.Environment.Remove("TRUCE_ACCEPT");
        if (mutant is not null)
            start.Environment["TRUCE_MUTANT"] = mutant;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Complaint ??= line.Data;
        _process.BeginErrorReadLine();
    }

    /// <summary>The first thing that it complained of.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Sends a line.</summary>
    public void Say(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has died: there will be no answer either.
        }
    }

    /// <summary>The next line of its own; null: none within the time, or it has ended.</summary>
    public string? Hear(TimeSpan limit)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            Task<string?> line = _process.StandardOutput.ReadLineAsync();
            TimeSpan left = limit - watch.Elapsed;
            if (left <= TimeSpan.Zero || !line.Wait(left) || line.Result is null)
                return null;
            if (line.Result.StartsWith("@@", StringComparison.Ordinal))
                return line.Result[2..];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
