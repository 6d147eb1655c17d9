using System.Diagnostics;

namespace Truce.Lab.Hosts;

/// <summary>Runs a program of the machine (ip, mount, losetup, …) to its end.</summary>
internal static class MachineProgram
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs it and gives its standard output; input is what it reads.</summary>
    /// <exception cref="LabException">It isn't there, failed, or took too long.</exception>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command, string? input, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_patience);
        using Process process = Start(command);
        try
        {
            return await FinishAsync(process, command, input, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            process.Kill();
            throw new LabException(LabFailure.TimedOut,
                $"{Text(command)}: still running after {s_patience.TotalSeconds} s");
        }
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new LabException(LabFailure.Failed, $"{command[0]}: this program isn't installed",
                "install the packages iproute2, util-linux, mount and e2fsprogs");
        }
    }

    private static async Task<string> FinishAsync(
        Process process, IReadOnlyList<string> command, string? input, CancellationToken cancel)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancel).ConfigureAwait(false);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        return process.ExitCode == 0
            ? await output.ConfigureAwait(false)
            : throw new LabException(LabFailure.Failed,
                $"{Text(command)}: {(await errors.ConfigureAwait(false)).Trim()} (exit code {process.ExitCode})");
    }

    private static string Text(IReadOnlyList<string> command) => string.Join(' ', command);
}
