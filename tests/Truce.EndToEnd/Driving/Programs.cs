using System.Diagnostics;

namespace Truce.EndToEnd.Driving;

/// <summary>How a program that we ran ended.</summary>
internal sealed record Ended(int Code, string Output, string Error, TimeSpan Took);

/// <summary>The programs that <c>make build</c> left, and what running them takes.</summary>
internal static class Programs
{
    /// <summary>The folder that holds Truce.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>bin/truce.</summary>
    public static string Truce { get; } = Path.Combine(Root, "bin", "truce");

    /// <summary>What keeps clusters from being run here; null: nothing.</summary>
    public static string? Missing { get; } = Look();

    /// <summary>Skips a test that can't be run here, saying what is missing.</summary>
    public static void Require() => Assert.SkipUnless(Missing is null, Missing ?? "");

    /// <summary>How long a program's output may stay open after its end: what it left behind may hold it for
    /// ever.</summary>
    private static readonly TimeSpan s_outputLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs a program to its end; kills it when the limit has passed.</summary>
    public static async Task<Ended> RunAsync(
        string file,
            IEnumerable<string> arguments, string labFolder, TimeSpan limit, CancellationToken cancel)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["TRUCE_LAB_DIR"] = labFolder;
        start.Environment.Remove("TRUCE_SOCKET");
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        source.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{Path.GetFileName(file)} {string.Join(' ', arguments)}: no end after {watch.Elapsed.TotalSeconds:F0} s");
        }

        TimeSpan took = watch.Elapsed;
        try
        {
            return new Ended(
                process.ExitCode, await output.WaitAsync(s_outputLimit, cancel),
                    await error.WaitAsync(s_outputLimit, cancel), took);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"{Path.GetFileName(file)} {string.Join(' ', arguments)}: ended, but {s_outputLimit.TotalSeconds} s later something still held its output");
        }
    }

    private static string? Look()
    {
        if (!File.Exists(Truce))
            return "bin/truce isn't built (make build)";
        if (!File.Exists("/usr/bin/unshare"))
            return "unshare (util-linux) isn't installed";
        return Environment.IsPrivilegedProcess && !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip")
            ? "ip (iproute2) isn't installed"
            : null;
    }

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Truce.slnx")))
                return d.FullName;
        }

        throw new InvalidOperationException("Truce.slnx not found above the test");
    }
}
