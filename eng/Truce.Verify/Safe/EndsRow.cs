namespace Truce.Verify.Safe;

/// <summary>Every command of <c>truce</c> and <c>truced</c> at every kind of end.</summary>
internal static class EndsRow
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static readonly string[] s_commands =
    [
        "--version", "--help", "frobnicate", "status", "status --json", "status --watch", "events",
        "events --follow", "config show", "config check CIB", "config apply CIB", "config history",
        "config import CIB --dry-run", "config import CIB", "node standby n1", "node list", "resource list",
        "resource move r n1", "resource ban r n1", "resource clear r", "resource restart r",
        "resource cleanup", "attr list", "ticket list", "fence history", "fence list",
        "fence confirm n1 --it-is-off", "agent list", "agent show ocf:heartbeat:Dummy",
        "agent run ocf:heartbeat:Dummy monitor", "check CIB", "check --json CIB", "simulate -x CIB",
        "simulate -x CIB --json -s", "simulate -q maybe -x CIB", "why r1 --xml CIB", "lab status",
        "lab down", "completion bash", "completion zsh", "[suggest:4] stat", "lab-page nowhere 99999 x",
        "check FIFO", "simulate -x FIFO", "check /nowhere", "check LONG", "check /tmp", "check BAD",
        "check SECRET", "status --socket LONG", "status --socket SECRET/x",
        "simulate -x CIB --save-output /dev/full",
    ];

    // COMMAND stands for the command; each must end by itself but for the signals.
    private static readonly (string Name, string Script)[] s_ends =
    [
        ("plain", "COMMAND </dev/null"),
        ("full output", "COMMAND </dev/null >/dev/full"),
        ("closed output", "COMMAND </dev/null >&-"),
        ("closed error", "COMMAND </dev/null 2>&-"),
        ("closed input", "COMMAND <&-"),
        ("reader gone", "set -o pipefail; COMMAND </dev/null | true"),
        ("few files", "ulimit -n 12; COMMAND </dev/null"),
        ("no locale", "LC_ALL=xx_XX.KLINGON LANG=tlh COMMAND </dev/null"),
        ("latin locale", "LC_ALL=de_DE.ISO-8859-1 COMMAND </dev/null"),
        ("tiny terminal", "script -qec 'stty rows 1 cols 2; TERM=vt100 COMMAND' /dev/null </dev/null"),
        ("no terminal type", "script -qec 'TERM= COMMAND' /dev/null </dev/null"),
        ("as nobody", "setpriv --reuid 65534 --regid 65534 --clear-groups COMMAND </dev/null"),
        ("SIGTERM", "COMMAND </dev/null & p=$!; sleep 0.3; kill -TERM $p 2>/dev/null; wait $p"),
        ("SIGINT", "COMMAND </dev/null & p=$!; sleep 0.3; kill -INT $p 2>/dev/null; wait $p"),
    ];

    private static readonly string[] s_daemon =
        ["--version", "--help", "--role", "--role nonsense", "--config /nowhere", "--config /tmp",
            "--config BAD", "--config SECRET", "--config LONG", "--role sequencer"];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "ends", "each command at each kind of end: a documented code, a sentence, never a stack trace",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("truce-ends-").FullName;
        try
        {
            await PrepareAsync(folder).ConfigureAwait(false);
            int tried = 0;
            List<string> wrong = [];
            foreach ((string program, string words) in s_commands.Select(c => ("truce", c)).Concat(
                s_daemon.Select(c => ("truced", c))))
            {
                foreach ((string name, string script) in s_ends.Where(
                    e => program == "truce" || !e.Name.StartsWith("SIG", StringComparison.Ordinal)))
                {
                    tried++;
                    if (await ComplaintAsync(
                        folder, program, words, name, script).ConfigureAwait(false) is { } complaint)
                        wrong.Add($"{program} {words} ({name}): {complaint}");
                }
            }

            return RowResult.If(
                wrong.Count == 0,
                wrong.Count == 0 ? $"{tried} ends, all documented"
                : $"{wrong.Count} of {tried}: {string.Join(" | ", wrong.Take(12))}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PrepareAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "cib.xml"),
            "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration><crm_config/><nodes/>"
            + "<resources><primitive id=\"r1\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"/></resources><constraints/></configuration><status/></cib>").ConfigureAwait(false);
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "bad"), [.. "<cib a=\"caf"u8, 0xE9, .. "\"/>"u8]).ConfigureAwait(false);
        string secret = Path.Combine(folder, "secret");
        // Root reads it all the same: nothing that truced would run with.
        await File.WriteAllTextAsync(secret, "node n1\n").ConfigureAwait(false);
        File.SetUnixFileMode(secret, UnixFileMode.None);
        await Command.RunAsync("mkfifo", [Path.Combine(folder, "fifo")], s_limit).ConfigureAwait(false);
    }

    private static async Task<string?> ComplaintAsync(
        string folder, string program, string words, string name, string script)
    {
        string line = words
            .Replace("CIB", Path.Combine(folder, "cib.xml"), StringComparison.Ordinal)
            .Replace("BAD", Path.Combine(folder, "bad"), StringComparison.Ordinal)
            .Replace("SECRET", Path.Combine(folder, "secret"), StringComparison.Ordinal)
            .Replace("FIFO", Path.Combine(folder, "fifo"), StringComparison.Ordinal)
            .Replace("LONG", "/" + new string('a', 5000), StringComparison.Ordinal);
        // What has no end of its own gets a signal here, too.
        bool lasts = words.Contains("FIFO", StringComparison.Ordinal)
            || words.Contains("--watch", StringComparison.Ordinal)
            || words.Contains("--follow", StringComparison.Ordinal);
        string command = $"{(lasts ? "timeout -s TERM 1 " : "")}{Repository.At("bin", program)} {line}";
        Dictionary<string, string> environment = new()
        {
            ["TRUCE_LAB_DIR"] = Path.Combine(folder, "lab"),
            ["TRUCE_SOCKET"] = Path.Combine(folder, "none.sock"),
        };
        Ended ended = await Command.RunAsync(
            "bash", ["-c", script.Replace("COMMAND", command, StringComparison.Ordinal)], s_limit,
            environment, "/").ConfigureAwait(false);
        // 124 is the word of timeout(1) for a command that ended when it was asked to; 137, that it didn't.
        bool documented = ended.Code is >= 0 and <= 6 || (lasts && ended.Code == 124);
        return !documented ? $"exit {ended.Code}: {ended.LastLine}"
            : ended.Output.Contains("   at Truce.", StringComparison.Ordinal)
                || ended.Output.Contains("Unhandled exception", StringComparison.Ordinal) ? "a stack trace"
            : ended.Code is >= 2 and <= 6 && ended.Output.Trim().Length == 0
                && name is not ("closed error" or "reader gone" or "SIGTERM" or "SIGINT")
                ? $"exit {ended.Code} without a sentence"
            : null;
    }
}
