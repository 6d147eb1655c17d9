using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Tests;

/// <summary>The ways in which a spawner can hold on to processes.</summary>
public enum Hold
{
    GateAndCgroup,
    GateOnly,
    ShellAndCgroup,
    ShellOnly,
}

/// <summary>What tests of running agents share.</summary>
internal static class Fixture
{
    private static int s_last;

    /// <summary>Whatever tests leave goes when the last is over: folders, and the cgroups of daemons that have ended.</summary>
    static Fixture() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        Directory.Delete(Settings.StateDirectory, recursive: true);
        if (CgroupTree.Open(null) is CgroupTree cgroups)
            CgroupTree.TryRemove(cgroups.Root);
    };

    public static string FakeAgents => Path.Combine(AppContext.BaseDirectory, "agents");

    public static AgentSettings Settings { get; } = new()
    {
        ExtraProviders = ImmutableSortedDictionary<string, string>.Empty.Add("fake", FakeAgents),
        StateDirectory = Directory.CreateTempSubdirectory("truce-agents-test-").FullName,
        NodeName = "n1",
    };

    public static ProcessSpawner Spawner(Hold hold)
    {
        ProcessSpawner spawner = new(new ProcessSpawnerOptions
        {
            CgroupParent = hold is Hold.GateOnly or Hold.ShellOnly ? ProcessSpawnerOptions.NoCgroups : null,
            GatePath = hold is Hold.GateOnly or Hold.GateAndCgroup
                ? new ProcessSpawnerOptions().GatePath
                : "/nonexistent/truce-gate",
            KillLimit = TimeSpan.FromSeconds(1),
            GateLimit = TimeSpan.FromSeconds(1),
        });
        if (hold is Hold.GateAndCgroup or Hold.ShellAndCgroup && spawner.CgroupRoot is null)
            Need(false, "a writable cgroup v2 hierarchy");
        if (hold is Hold.GateAndCgroup or Hold.GateOnly)
            Need(File.Exists(spawner.Options.GatePath), "truce-gate (a C compiler)");
        return spawner;
    }

    public static AgentRunner Runner(ProcessSpawner spawner) => new(spawner, Settings);

    public static OperationSpec Operation(string agent, string action, params (string Name, string Value)[] parameters)
    {
        AgentName name = AgentName.TryParse(agent.Contains(':') ? agent : $"ocf:fake:{agent}")!;
        return new OperationSpec(
            NewId(), AgentKind.Resource, "r1", name.Class, name.Provider, name.Type, action,
            parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal),
            ImmutableSortedDictionary<string, string>.Empty, TimeSpan.FromSeconds(30), 0);
    }

    /// <summary>Absent things skip a test, unless CI says that they must be there.</summary>
    public static void Need(bool isThere, string what)
    {
        if (isThere)
            return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI needs {what}");
        Assert.Skip($"needs {what}");
    }

    /// <summary>A duration for sleep(1) that no other process on the machine sleeps for.</summary>
    public static string Mark() => string.Create(
        CultureInfo.InvariantCulture, $"86400.{Environment.ProcessId}{Interlocked.Increment(ref s_last):000}");

    /// <summary>The processes that sleep for a mark, whatever else they have hidden.</summary>
    public static ImmutableArray<int> Sleepers(string mark) =>
        [.. ProcessTable.All().Where(p => p.State != 'Z' && CommandLine(p.Id).Contains(mark)).Select(p => p.Id)];

    /// <summary>How many of them have become the sleep itself, and aren't on their way to it by setsid or
    /// env.</summary>
    public static int Asleep(string mark) => Sleepers(mark).Count(
        id => CommandLine(id).StartsWith("sleep", StringComparison.Ordinal));

    public static void KillSleepers(string mark)
    {
        foreach (int id in Sleepers(mark))
            _ = Native.Kill(id, Native.SignalKill);
    }

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        // Judged once: what comes and goes may have gone when it is looked at again.
        for (int i = 0; i < 2000; i++)
        {
            if (condition())
                return;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Fail(what);
    }

    public static string NewId() => $"test-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}";

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
