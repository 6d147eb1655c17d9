using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Running;
using Truce.Cli.Alerts;
using Truce.Model;

namespace Truce.Cli.Tests.Alerts;

/// <summary>With real programs.</summary>
public sealed class AlertProcessTests : IDisposable
{
    private const string Samples = "/usr/share/pacemaker/alerts";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-alerts-").FullName;
    private readonly ConcurrentQueue<string> _log = [];
    private static readonly SecretFiles s_secrets = new(new AgentSettings());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_gets_its_variables_and_no_others()
    {
        string agent = Script("env | sort > \"$out\"");
        await RunAsync(Call(agent, ("out", Path.Combine(_folder, "out")), ("CRM_alert_desc", "a b \"c\"")));
        Assert.Equal(
            ["CRM_alert_desc=a b \"c\"", "PATH=/usr/bin:/bin"],
            (await File.ReadAllLinesAsync(Path.Combine(_folder, "out"), Cancel))
                .Where(l => !l.StartsWith("PWD=", StringComparison.Ordinal)
                    && !l.StartsWith("out=", StringComparison.Ordinal)
                    && !l.StartsWith("_=", StringComparison.Ordinal)
                        && !l.StartsWith("SHLVL=", StringComparison.Ordinal)
                    && !l.StartsWith("OLDPWD=", StringComparison.Ordinal)));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task An_agent_that_fails_is_told_with_its_words()
    {
        await RunAsync(Call(Script("echo out; echo 'no route' >&2; exit 3")));
        Assert.Equal("exit code 3: no route out", After(Assert.Single(_log)));
    }

    [Fact]
    public async Task An_agent_is_killed_with_its_children_after_its_timeout()
    {
        string pids = Path.Combine(_folder, "pids");
        string agent = Script($"sleep 1000 & echo $! > {pids}; wait");
        await RunAsync(Call(agent) with { Timeout = TimeSpan.FromMilliseconds(700) });
        Assert.Equal("killed after its timeout of 0.7 s", After(Assert.Single(_log)));
        string child = (await File.ReadAllTextAsync(pids, Cancel)).Trim();
        Assert.True(await IsGoneAsync(child));
    }

    [Fact]
    public async Task An_agent_whose_child_keeps_its_output_open_ends_all_the_same()
    {
        string pids = Path.Combine(_folder, "pids");
        await RunAsync(Call(Script($"sleep 1000 & echo $! > {pids}; exit 0")));
        Assert.Empty(_log);
        System.Diagnostics.Process.GetProcessById(
            int.Parse((await File.ReadAllTextAsync(pids, Cancel)).Trim(),
                System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public async Task Much_output_is_read_and_little_of_it_kept()
    {
        await RunAsync(Call(Script("head -c 3000000 /dev/zero | tr '\\0' x; exit 1")));
        Assert.InRange(Assert.Single(_log).Length, 4000, 5000);
    }

    [Theory]
    [InlineData("/nowhere/agent", "can't be run")]
    [InlineData("agent.sh", "the path isn't absolute")]
    public async Task An_agent_that_can_not_be_run_is_told(string path, string said)
    {
        await RunAsync(Call(path));
        Assert.Contains(said, Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pacemakers_sample_agent_works_unchanged()
    {
        string sample = Path.Combine(Samples, "alert_file.sh.sample");
        Assert.SkipUnless(File.Exists(sample), $"pacemaker-common ({sample}) isn't installed");
        string file = Path.Combine(_folder, "alerts.log");
        (string, string)[] all =
            [("version", "3.0.2"), ("recipient", file), ("timestamp", "12:00:00.000001"),
                ("node_sequence", "7"), ("node", "n3")];
        await RunAsync(Sample("node", ("desc", "lost")));
        await RunAsync(Sample("fencing", ("desc", "Operation reboot of n3 by n1 for truce@n1: OK (ref=f1)")));
        await RunAsync(Sample(
            "resource", ("desc", "not running"), ("task", "monitor"), ("interval", "10000"), ("rc", "7"),
                ("target_rc", "0"),
            ("status", "0"), ("rsc", "web")));
        await RunAsync(Sample("attribute", ("attribute_name", "rack"), ("attribute_value", "b")));
        await RunAsync(Sample("truce", ("desc", "held"), ("task", "hold-begun")));
        Assert.Equal(
            [
                "12:00:00.000001: Node 'n3' is now 'lost'",
                "12:00:00.000001: Fencing Operation reboot of n3 by n1 for truce@n1: OK (ref=f1)",
                "12:00:00.000001: Resource operation 'monitor (10000)' for 'web' on 'n3': not running",
                "12:00:00.000001: Attribute 'rack' on node 'n3' was updated to 'b'",
                "12:00:00.000001: Unhandled truce alert",
            ], (await File.ReadAllLinesAsync(file, Cancel)).Where(l =>
                !l.StartsWith("CRM_alert_", StringComparison.Ordinal)));
        Assert.Empty(_log);

        AlertCall Sample(string kind, params (string Name, string Value)[] variables) => Call(
            sample, [.. all.Concat(variables).Append(("kind", kind)).Select(v =>
                ("CRM_alert_" + v.Item1, v.Item2))]);
    }

    [Fact]
    public async Task As_root_agents_run_as_another_user_without_capabilities()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can run agents as another user");
        string file = Path.Combine(_folder, "who");
        await File.WriteAllTextAsync(file, "", Cancel);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        string agent = Script($"id -u > {file}; grep CapEff /proc/self/status >> {file}");
        await new AlertProcess(new AlertUser("nobody", "65534"), s_secrets, _log.Enqueue)
            .RunAsync(Call(agent), Cancel);
        Assert.Equal(["65534", "CapEff:\t0000000000000000"], await File.ReadAllLinesAsync(file, Cancel));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task A_secret_is_read_from_its_file_when_the_agent_is_run()
    {
        string told = Path.Combine(_folder, "told");
        string secret = Secret("hunter2\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RunAsync(Referring(Call(Script($"printf %s \"$smtp_password\" > {told}")), secret));
        Assert.Equal("hunter2", await File.ReadAllTextAsync(told, Cancel));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task An_agent_whose_secret_can_not_be_read_is_not_run_and_that_is_told()
    {
        string ran = Path.Combine(_folder, "ran");
        string open = Secret("hunter2", UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await RunAsync(Referring(Call(Script($"touch {ran}")), open));
        await RunAsync(Referring(Call(Script($"touch {ran}")), Path.Combine(_folder, "nowhere")));
        Assert.False(File.Exists(ran));
        Assert.Equal(2, _log.Count);
        Assert.All(_log, line => Assert.StartsWith("isn't run: secret smtp_password: ", After(line),
            StringComparison.Ordinal));
        Assert.Contains("accessible to others", _log.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_failed_agent_says_of_its_secrets_is_masked()
    {
        string secret = Secret("hunter2", UnixFileMode.UserRead);
        AlertCall call = Referring(
            Call(Script("echo \"login: $smtp_password $token\"; exit 1"), ("token", "tok-1")), secret);
        await RunAsync(call with { Secrets = ["token"] });
        Assert.Equal("exit code 1: login: ******** ********", After(Assert.Single(_log)));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private static AlertCall Referring(AlertCall call, string file) => call with
    {
        References = call.References.Add("smtp_password", new SecretReference.InFile(file)),
    };

    private string Secret(string content, UnixFileMode mode)
    {
        string path = Path.Combine(_folder, "secret");
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private static string After(string line) => line[(line.IndexOf("): ", StringComparison.Ordinal) + 3)..];

    // The kernel takes a moment to clear it away; a zombie counts as gone.
    private static async Task<bool> IsGoneAsync(string pid)
    {
        for (int tries = 0; tries < 1_000_000; tries++)
        {
            if (!File.Exists($"/proc/{pid}/stat")
                || (await File.ReadAllTextAsync($"/proc/{pid}/status", Cancel)).Contains("State:\tZ",
                    StringComparison.Ordinal))
                return true;
            await Task.Yield();
        }

        return false;
    }

    private Task RunAsync(AlertCall call) =>
        new AlertProcess(null, s_secrets, _log.Enqueue).RunAsync(call, Cancel);

    private string Script(string body)
    {
        string path = Path.Combine(_folder, "agent.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static AlertCall Call(string path, params (string Name, string Value)[] variables) => new(
        "a", "r", path, TimeSpan.FromSeconds(60),
        variables.Append(("PATH", "/usr/bin:/bin")).ToImmutableSortedDictionary(v => v.Item1, v => v.Item2));
}
