using System.Diagnostics;
using System.Text;

namespace Truce.Verify;

/// <summary>How a process that we ran ended.</summary>
/// <param name="Code">Its exit code; -1 if we had to kill it.</param>
/// <param name="Output">Both of its streams, of each the last <see cref="Command.OutputMax"/>
/// characters.</param>
/// <param name="Took">From start to end.</param>
/// <param name="Process">Its number while it ran.</param>
internal sealed record Ended(int Code, string Output, TimeSpan Took, int Process = 0)
{
    /// <summary>What it printed, without its complaints.</summary>
    public string Answer { get; init; } = "";

    /// <summary>The last line of its answer; of its complaints, if it failed or said nothing else.</summary>
    public string LastLine =>
        (Code == 0 && Answer.Trim().Length > 0 ? Answer : Output).TrimEnd().Split('\n')[^1].Trim();
}

/// <summary>Runs a process to its end, within a time limit.</summary>
internal static class Command
{
    /// <summary>How much output is kept.</summary>
    public const int OutputMax = 400_000;

    /// <summary>Runs; kills the process and what it started when the limit has passed.</summary>
    public static async Task<Ended> RunAsync(
        string file,
        IEnumerable<string> arguments,
        TimeSpan limit,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        // The run is being ended: this process is about to exit.
        if (Interruption.HasBegun)
            await Task.Delay(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Interruption.Started(process, file, environment);
        process.StandardInput.Close();
        Task<string> output = ReadTailAsync(process.StandardOutput);
        Task<string> error = ReadTailAsync(process.StandardError);
        bool killed = await WaitAsync(process, limit).ConfigureAwait(false);
        string text = await JoinAsync(output, error).ConfigureAwait(false);
        Interruption.Ended(process, file, start.ArgumentList, environment);
        return new Ended(killed ? -1 : process.ExitCode, text, watch.Elapsed, process.Id)
        {
            Answer = output.IsCompletedSuccessfully ? output.Result : "",
        };
    }

    private static async Task<bool> WaitAsync(Process process, TimeSpan limit)
    {
        using CancellationTokenSource source = new(limit);
        try
        {
            await process.WaitForExitAsync(source.Token).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return true;
        }
    }

    // A daemon left behind by the process may hold the pipes open forever: the process's end is what counts.
    private static async Task<string> JoinAsync(Task<string> output, Task<string> error)
    {
        Task both = Task.WhenAll(output, error);
        await Task.WhenAny(both, Task.Delay(TimeSpan.FromSeconds(5))).ConfigureAwait(false);
        return both.IsCompletedSuccessfully ? output.Result + error.Result
            : "(output still held open by a child)";
    }

    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        StringBuilder text = new();
        char[] buffer = new char[16 * 1024];
        for (int n; (n = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            text.Append(buffer, 0, n);
            if (text.Length > OutputMax)
                text.Remove(0, text.Length - OutputMax);
        }

        return text.ToString();
    }
}
