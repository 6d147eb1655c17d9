using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Truce.Agents.Tests;

/// <summary>truce-keep ends what it runs in time, whatever becomes of the one that started it.</summary>
public sealed class TruceKeepTests : IDisposable
{
    private const long Never = long.MaxValue;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-keep").FullName;

    private static string Program => Path.Combine(AppContext.BaseDirectory, "truce-keep");

    private string Deadline => Path.Combine(_folder, "deadline");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("nosuch-program-at-all", 127)]
    public void It_ends_as_its_command_ends(string command, int code)
    {
        using Process keep = Start(Never, Never, command);
        Assert.Equal(code, Wait(keep));
    }

    [Fact]
    public void Its_command_is_told_and_then_killed_with_all_that_it_has_started()
    {
        using Process keep = Start(
            Never, Never,
            $"trap 'echo told >>{_folder}/said' TERM; setsid sleep 1000 & echo $! >{_folder}/pid; "
            + "while :; do sleep 0.1; done");
        int child = Pid();
        Write(0, Never);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(_folder, "said")), s_limit),
            "it wasn't told");
        Assert.False(keep.HasExited);
        Assert.True(Directory.Exists($"/proc/{child}"));
        Write(0, 0);
        Assert.Equal(137, Wait(keep));
        Assert.False(Directory.Exists($"/proc/{child}"), "what it had started lives on");
    }

    [Fact]
    public void Nothing_lives_on_when_the_one_that_started_it_is_killed()
    {
        Assert.SkipUnless(File.Exists(Program), "truce-keep (a C compiler) isn't built");
        Write(Never, Never);
        // A shell that is its parent, as truce would be.
        string command = $"setsid sleep 1000 & echo $! >{_folder}/pid; wait";
        using Process parent = Process.Start(
            "/bin/sh", ["-c", $"'{Program}' '{Deadline}' $$ /bin/sh -c '{command}'; true"]);
        int child = Pid();
        parent.Kill();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{child}"), s_limit),
            "its child lives on");
    }

    private Process Start(long tellMs, long killMs, string command)
    {
        Assert.SkipUnless(File.Exists(Program), "truce-keep (a C compiler) isn't built");
        Write(tellMs, killMs);
        return Process.Start(
            Program,
            [Deadline, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "/bin/sh", "-c",
                command]);
    }

    private void Write(long tellMs, long killMs)
    {
        byte[] times = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(times, tellMs);
        BinaryPrimitives.WriteInt64LittleEndian(times.AsSpan(8), killMs);
        using FileStream file = new(Deadline, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(times);
    }

    private int Pid()
    {
        string file = Path.Combine(_folder, "pid");
        Assert.True(
            SpinWait.SpinUntil(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), s_limit),
                "no child");
        return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    private static int Wait(Process process)
    {
        Assert.True(process.WaitForExit(s_limit), "it doesn't end");
        return process.ExitCode;
    }
}
