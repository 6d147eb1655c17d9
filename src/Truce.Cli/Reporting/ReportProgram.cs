using System.ComponentModel;
using System.Diagnostics;

namespace Truce.Cli.Reporting;

/// <summary>Runs the machine's own programs, each for a limited time.</summary>
/// <param name="folders">Where they are looked for.</param>
internal sealed class ReportProgram(IReadOnlyList<string> folders)
{
    private const int ErrorBytesMax = 4096;

    /// <summary>Runs one, and keeps the end of what it prints.</summary>
    /// <param name="name">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="bytesMax">How much is kept.</param>
    /// <param name="cancel">Kills it; what it printed until then is given.</param>
    public async Task<ReportContent> RunAsync(
        string name, IEnumerable<string> arguments, int bytesMax, CancellationToken cancel)
    {
        if (folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) is not { } path)
            return new ReportContent.Absent($"{name} isn't installed");
        ProcessStartInfo start = new(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        (start.Environment["LC_ALL"], start.Environment["PATH"]) = ("C.UTF-8", string.Join(':', folders));
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            using CancellationTokenRegistration kill = cancel.Register(() => Kill(process));
            return await ReadAsync(name, process, bytesMax, cancel).ConfigureAwait(false);
        }
        catch (Win32Exception refused)
        {
            return new ReportContent.Missing($"{path} can't be run: {refused.Message}");
        }
    }

    private static async Task<ReportContent> ReadAsync(
        string name, Process process, int bytesMax, CancellationToken cancel)
    {
        Task<ReportContent.Text> said =
            TextTail.ReadAsync(process.StandardError.BaseStream, ErrorBytesMax, cancel);
        ReportContent.Text printed = await TextTail
            .ReadAsync(process.StandardOutput.BaseStream, bytesMax, cancel).ConfigureAwait(false);
        string words = (await said.ConfigureAwait(false)).Content.Trim().ReplaceLineEndings(" ");
        if (cancel.IsCancellationRequested)
            return Ended(printed, $"{name} was ended, it took too long");
        await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        return process.ExitCode == 0 ? printed with { Remark = words }
            : Ended(printed, $"{name} ended with {process.ExitCode}{(words.Length > 0 ? $": {words}" : "")}");
    }

    private static ReportContent Ended(ReportContent.Text printed, string how)
    {
        if (printed.Content.Length > 0)
            return new ReportContent.Text(printed.Content, printed.LeftOut, how);
        return new ReportContent.Missing(how);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }
}
