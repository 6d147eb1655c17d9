using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Truce.Cli.Alerts;

/// <summary>Runs alert agents, as another user where this one is root.</summary>
/// <param name="user">As whom; null: as this user.</param>
/// <param name="log">Where it is said what went wrong.</param>
internal sealed class AlertProcess(AlertUser? user, Action<string> log)
{
    private const string SetPrivileges = "/usr/bin/setpriv";
    private const int OutputMax = 4096;

    // An agent's child may keep its output open for as long as it likes.
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a call to its end, or to its timeout.</summary>
    public async Task RunAsync(AlertCall call, CancellationToken stop)
    {
        if (!System.IO.Path.IsPathRooted(call.Path))
        {
            log($"{call}: the path isn't absolute; do: write the agent's whole path");
            return;
        }

        try
        {
            using Process process = Process.Start(Command(call))!;
            process.StandardInput.Close();
            await WatchAsync(call, process, stop).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is Win32Exception or IOException)
        {
            log($"{call}: can't be run: {refused.Message}");
        }
    }

    private ProcessStartInfo Command(AlertCall call)
    {
        ProcessStartInfo start = user is null
            ? new(call.Path)
            : new(SetPrivileges,
                ["--reuid", user.Name, "--regid", user.Group, "--init-groups",
                "--inh-caps=-all", "--", call.Path]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) =
            (true, true, true);
        start.WorkingDirectory = "/";
        start.Environment.Clear();
        foreach ((string name, string value) in call.Environment)
            start.Environment[name] = value;
        return start;
    }

    private async Task WatchAsync(AlertCall call, Process process, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(call.Timeout);
        using CancellationTokenSource reading = new();
        Task<string> said = ReadAsync(process.StandardError, reading.Token);
        Task<string> printed = ReadAsync(process.StandardOutput, reading.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
            log($"{call}: killed after its timeout of {call.Timeout.TotalSeconds:0.#} s");
            return;
        }
        finally
        {
            reading.CancelAfter(s_rest);
        }

        await Task.WhenAll(said, printed).ConfigureAwait(false);
        string words =
            string.Join(' ', $"{await said.ConfigureAwait(false)} {await printed.ConfigureAwait(false)}"
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (process.ExitCode != 0)
            log($"{call}: exit code {process.ExitCode}{(words.Length > 0 ? $": {words}" : "")}");
    }

    // All of it, so that the agent doesn't wait; the beginning is kept.
    private static async Task<string> ReadAsync(StreamReader from, CancellationToken stop)
    {
        StringBuilder text = new();
        char[] buffer = new char[OutputMax];
        try
        {
            while (await from.ReadAsync(buffer, stop).ConfigureAwait(false) is int read and > 0)
                text.Append(buffer, 0, Math.Min(read, OutputMax - text.Length));
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // What was read is what there is.
        }

        return text.ToString();
    }
}

/// <summary>A user that agents run as.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">The number of its group.</param>
internal sealed record AlertUser(string Name, string Group);
