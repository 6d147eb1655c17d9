using System.Diagnostics;

namespace Truce.Lab.Tests;

/// <summary>Labs of an ordinary user. As root these tests become such a user, through the command
/// line.</summary>
public sealed class WithoutRootTests : IDisposable
{
    private readonly string _folder = Path.Combine("/var/tmp", $"truce-lab-user-{Guid.NewGuid():N}"[..24]);

    public void Dispose() => Run("lab", "down");

    [Theory]
    [InlineData("user-namespaces", "UserNamespaces")]
    [InlineData("processes", "Processes")]
    public void A_lab_works_and_status_says_what_its_nodes_are(string option, string shown)
    {
        NeedPrograms(option);
        Must("lab", "up", "--nodes", "2", "--no-wait", "--isolation",
            option.Replace("-", "", StringComparison.Ordinal), "--daemon", Daemon);
        Assert.Contains($"\"isolation\":\"{shown}\"", Must("lab", "status", "--json"),
            StringComparison.Ordinal);
        Must("lab", "kill", "n1");
        Assert.Contains("\"name\":\"n1\",\"power\":\"off\"", Must("lab", "status", "--json"),
            StringComparison.Ordinal);
        Must("lab", "boot", "n1");
        Must("lab", "pause", "n1");
        Must("lab", "thaw", "n1");
        string agent = Path.Combine(_folder, "nodes", "n2", "port", "sbin", "fence_truce_lab");
        string inside = option == "processes" ? agent : "/run/lab/port/sbin/fence_truce_lab";
        Must("lab", "exec", "n2", "--", "sh", "-c", $"printf 'action=off\\nport=n1\\n' | {inside}");
        Assert.Contains("n1 power-off by=n2 cause=fence", File.ReadAllText(Path.Combine(_folder, "events")),
            StringComparison.Ordinal);
        Must("lab", "down");
        Assert.False(Directory.Exists(_folder));
    }

    private static string Daemon => Path.Combine(AppContext.BaseDirectory, "fake-truced");

    private void NeedPrograms(string option)
    {
        (int code, _) = Run("--version");
        Assert.SkipUnless(code == 0, "an ordinary user can't run what was built here");
        if (option == "user-namespaces")
            Assert.SkipUnless(
                Execute([.. AsUser, "unshare", "--user", "--map-root-user", "--net", "true"]).Code == 0,
                "no user namespaces here");
    }

    private string Must(params string[] arguments)
    {
        (int code, string output) = Run(arguments);
        Assert.True(code == 0, $"truce {string.Join(' ', arguments)}: exit code {code}: {output}");
        return output;
    }

    private (int Code, string Output) Run(params string[] arguments) => Execute(
        [.. AsUser, "env", $"TRUCE_LAB_DIR={_folder}", "HOME=/nonexistent",
            Path.Combine(AppContext.BaseDirectory, "truce"), .. arguments]);

    private static string[] AsUser =>
        RunningLab.IsRoot ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];

    private static (int Code, string Output) Execute(string[] command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
            { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
