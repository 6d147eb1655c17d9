using System.Diagnostics;

namespace Truce.Cli.Tests;

/// <summary>The program itself, as a user runs it.</summary>
public sealed class AgentTestProcessTests : IDisposable
{
    private const int Patience = 60_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-cli-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_test_that_is_interrupted_leaves_no_file_and_no_process(string signal)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hosts of their own take root");
        Assert.SkipUnless(
            File.Exists("/usr/lib/ocf/resource.d/heartbeat/Dummy"), "resource-agents isn't installed");
        using Process test = Start("agent", "test", "ocf:heartbeat:Dummy");

        while (await test.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("3 of", StringComparison.Ordinal))
                break;
        }

        Assert.NotEmpty(ProcessesOfBench());
        using Process kill = Process.Start("kill", ["-s", signal, $"{test.Id}"]);
        Assert.True(test.WaitForExit(Patience));

        Assert.Equal((int)ExitCode.TimedOut, test.ExitCode);
        Assert.Equal([], Directory.GetDirectories(_folder, "truce-bench-*"));
        Assert.Equal([], ProcessesOfBench());
    }

    [Fact]
    public async Task A_user_without_root_is_told_so_and_gets_the_code_of_a_refusal()
    {
        // As nobody in a user namespace: the files stay readable, the privileges are gone.
        using Process test = Start(["unshare", "--user"], "agent", "test", "ocf:heartbeat:Dummy");
        string said = await test.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(test.WaitForExit(Patience));
        Assert.SkipWhen(said.Contains("unshare failed", StringComparison.Ordinal), said);

        Assert.Equal((int)ExitCode.Refused, test.ExitCode);
        Assert.Contains("takes root", said, StringComparison.Ordinal);
        Assert.Contains("do: run it as root", said, StringComparison.Ordinal);
        Assert.Equal([], Directory.GetFileSystemEntries(_folder));
    }

    private Process Start(params string[] words) => Start([], words);

    // What runs beside other tests may ignore SIGINT, and hand that on: a user's program doesn't.
    private Process Start(string[] before, params string[] words)
    {
        string[] all =
        [
            .. before, "env", "--default-signal=INT,TERM", Path.Combine(AppContext.BaseDirectory, "truce"),
            .. words,
        ];
        ProcessStartInfo start = new(all[0], all[1..])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["TMPDIR"] = _folder;
        return Process.Start(start)!;
    }

    // Hosts name their folder in their command line.
    private string[] ProcessesOfBench() =>
    [
        .. Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
            .Select(CommandLine).Where(c => c.Contains(_folder + "/truce-bench-", StringComparison.Ordinal)),
    ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
