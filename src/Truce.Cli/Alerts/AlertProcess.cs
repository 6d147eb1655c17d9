using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Cli.Alerts;

/// <summary>Runs alert agents, as another user where this one is root.</summary>
/// <param name="user">As whom; null: as this user.</param>
/// <param name="secrets">Reads what the configuration says lies in a file.</param>
/// <param name="log">Where it is said what went wrong.</param>
internal sealed class AlertProcess(AlertUser? user, SecretFiles secrets, Action<string> log)
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

        if (WithSecrets(call) is not { } whole)
            return;
        try
        {
            using Process process = Process.Start(Command(whole))!;
            process.StandardInput.Close();
            await WatchAsync(whole, process, stop).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is Win32Exception or IOException)
        {
            log($"{call}: can't be run: {refused.Message}");
        }
    }

    // An agent without its password would fail in its own words, or tell the wrong recipient.
    private AlertCall? WithSecrets(AlertCall call)
    {
        if (call.References.IsEmpty)
            return call;
        var environment = call.Environment.ToBuilder();
        foreach ((string name, SecretReference reference) in call.References)
        {
            try
            {
                environment[name] = secrets.Read(call.Alert, name, reference);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                log($"{call}: isn't run: secret {name}: {unreadable.Message}");
                return null;
            }
        }

        return call with
        {
            Environment = environment.ToImmutable(),
            Secrets = call.Secrets.Union(call.References.Keys),
        };
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
        if (process.ExitCode == 0)
            return;
        SecretText hidden = SecretText.Of(call.Secrets.Select(n => call.Environment.GetValueOrDefault(n,
            "")));
        string both = Shown(hidden, await said.ConfigureAwait(false)) + " "
            + Shown(hidden, await printed.ConfigureAwait(false));
        string words =
            string.Join(' ', both.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        log($"{call}: exit code {process.ExitCode}{(words.Length > 0 ? $": {words}" : "")}");
    }

    private static string Shown(SecretText hidden, string text) =>
        text.Length < OutputMax ? hidden.Hide(text) : hidden.HideEnd(hidden.Hide(text));

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
