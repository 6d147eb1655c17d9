using System.ComponentModel;
using System.Diagnostics;

namespace Truce.Cli.Configuration;

/// <summary>The CIB of the Pacemaker cluster that this machine is a node of.</summary>
internal static class LiveCib
{
    /// <summary>What it is called in messages.</summary>
    public const string Name = "cibadmin --query";

    private const string Program = "cibadmin";
    private const string Remedy =
        "run it on a running node of the Pacemaker cluster, or give a file that cibadmin --query wrote";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks Pacemaker for it.</summary>
    /// <exception cref="CommandException">There is no Pacemaker here, or it doesn't answer.</exception>
    public static async Task<string> ReadAsync(CliContext context, CancellationToken cancel)
    {
        string program = Find(context) ?? throw new CommandException(
            ExitCode.Unreachable, "there is no Pacemaker on this machine: cibadmin isn't installed", Remedy);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_limit);
        using Process process = Start(program);
        try
        {
            Task<string> answer = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> complaint = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0
                ? await answer.ConfigureAwait(false)
                : throw new CommandException(ExitCode.Unreachable,
                    $"Pacemaker doesn't answer: {(await complaint.ConfigureAwait(false)).Trim()}", Remedy);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.TimedOut,
                $"{Name} didn't end within {s_limit.TotalSeconds:0} s", Remedy);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // Root's PATH has /usr/sbin; another user's may not.
    private static string? Find(CliContext context) =>
        (context.Environment("PATH") ?? "").Split(':').Append("/usr/sbin").Where(Path.IsPathRooted)
            .Select(d => Path.Combine(d, Program)).FirstOrDefault(File.Exists);

    private static Process Start(string program)
    {
        ProcessStartInfo start = new(program, ["--query"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception refused)
        {
            throw new CommandException(
                ExitCode.Refused, $"{program}: {refused.Message}", "run it as a user who may");
        }
    }
}
