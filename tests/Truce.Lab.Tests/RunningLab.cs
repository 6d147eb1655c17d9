using System.Diagnostics;

namespace Truce.Lab.Tests;

/// <summary>A real lab of two nodes and a shared disk, with a stand-in for truced; made once for its
/// tests.</summary>
public sealed class RunningLab : IAsyncLifetime
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    public static bool IsRoot { get; } = Environment.UserName == "root";

    public TruceLab Lab { get; } = NewLab();

    public static string Daemon => Path.Combine(s_folder, "fake-truced");

    public static TruceLab NewLab() => new(LabPaths.FromEnvironment(
        Path.Combine("/var/tmp", $"truce-lab-test-{Guid.NewGuid():N}"[..24])));

    public static LabOptions Options => new()
    {
        Nodes = 2,
        Daemon = Daemon,
        Programs = s_folder,
        Settings = new LabSettings { BootDelay = null },
    };

    public async ValueTask InitializeAsync()
    {
        if (!IsRoot)
            return;
        await Lab.UpAsync(Options with { Disks = [new LabDisk("shared", 16)] }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await Lab.DownAsync(CancellationToken.None);

    /// <summary>Tests that need root are skipped without it; in continuous integration that is a
    /// failure.</summary>
    public static void NeedRoot()
    {
        if (!IsRoot && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail("needs root, and CI=true");
        Assert.SkipUnless(IsRoot, "needs root");
    }

    /// <summary>Runs a shell line on a node, gives its output, and demands that it succeeds.</summary>
    public static async Task<string> ShellAsync(TruceLab lab, string node, string line)
    {
        (int code, string output) = await TryShellAsync(lab, node, line);
        Assert.True(code == 0, $"{node}: {line}: exit code {code}: {output}");
        return output.Trim();
    }

    public static async Task<(int Code, string Output)> TryShellAsync(TruceLab lab, string node, string line)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        ProcessStartInfo start = await lab.EnterAsync(node, ["sh", "-c", line], cancel);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        string output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Everything on the machine whose arguments name a lab's folder.</summary>
    public static string[] ProcessesOf(TruceLab lab) =>
        [.. Hosts.ProcessTable.All().Where(e => e.State != 'Z')
            .Select(e => string.Join(' ', Hosts.ProcessTable.CommandLine(e.Id)))
            .Where(c => c.Contains(lab.Paths.Root, StringComparison.Ordinal))];
}
