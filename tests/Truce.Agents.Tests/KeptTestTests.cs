using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Finding;
using Truce.Model;

namespace Truce.Agents.Tests;

public sealed class KeptTestTests : IDisposable
{
    private static readonly AgentName s_agent = new(AgentName.Ocf, "mine", "sample");
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-kept-").FullName;

    private string Program => Path.Combine(_folder, "sample");

    private AgentSettings Settings => new()
    {
        ExtraProviders = ImmutableSortedDictionary<string, string>.Empty.Add("mine", _folder),
        TestsDirectory = Path.Combine(_folder, "tests"),
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_condemns_a_stop_is_kept_with_the_longest_one_until_the_agent_changes()
    {
        Write("#!/bin/sh\nexit 0\n");
        KeptTests.Keep(Settings, s_agent, Report(), DateTimeOffset.UnixEpoch);

        KeptTest kept = KeptTests.Of(Settings, [s_agent, new(AgentName.Ocf, "mine", "other")])[s_agent];
        Assert.Equal(["stop: it returned 1"], kept.StopBroken);
        Assert.Equal(3000, kept.LongestStopMs);
        Assert.Equal([("start", 9_000L), ("stop", 3_000L)],
            kept.UsualMs!.Select(u => (u.Key, u.Value)).Order());

        Write("#!/bin/sh\nexit 1\n");
        Assert.Empty(KeptTests.Of(Settings, [s_agent]));
    }

    [Fact]
    public void A_file_that_can_not_be_read_counts_as_none()
    {
        Write("#!/bin/sh\n");
        KeptTests.Keep(Settings, s_agent, Report(), DateTimeOffset.UnixEpoch);
        File.WriteAllText(Directory.GetFiles(Settings.TestsDirectory).Single(), "{");

        Assert.Empty(KeptTests.Of(Settings, [s_agent]));
    }

    private void Write(string text)
    {
        File.WriteAllText(Program, text);
        File.SetUnixFileMode(Program,
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    private BenchReport Report() => new("ocf:mine:sample", Program,
    [
        Result("stop", Promise.Stop, Verdict.Condemned, "it returned 1"),
        Result("stop-cost", Promise.Time, Verdict.Condemned, "it is slow"),
        Result("stop-twice", Promise.Stop, Verdict.Advised, "it could be better"),
    ], [Time(OperationNames.Start, 9), Time(OperationNames.Stop, 3), Time(OperationNames.Stop, 1)], null,
        TimeSpan.Zero);

    private static CheckResult Result(string check, Promise promise, Verdict verdict, string what) =>
        new(check, promise, "", verdict, [new Evidence(verdict, what)], "", TimeSpan.Zero);

    private static ActionTime Time(string action, int seconds) => new(action, action, "idle", 1,
        TimeSpan.Zero, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds), null, null,
        TimeSpan.Zero);
}
