using System.Collections.Immutable;

namespace Truce.Agents.Bench.Mutants;

/// <summary>Mistakes that stand at the beginning of a function: what comes after is as it was.</summary>
internal static class InsertedMistakes
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<MutationOperator> All { get; } =
    [
        Insert("stop-does-nothing", "stop returns 0 without stopping", FunctionRole.Stop, "return 0"),
        Insert("monitor-always-running", "monitor returns 0 whatever happens", FunctionRole.Monitor,
            "return 0"),
        Insert("monitor-never-running", "monitor returns 7 whatever happens", FunctionRole.Monitor,
            "return 7"),
        Insert("start-does-nothing", "start returns 0 without starting", FunctionRole.Start, "return 0"),
        Insert("validate-accepts-all", "validate-all looks at nothing", FunctionRole.Validate, "return 0"),
        Insert("stop-sleeps", "stop sleeps for five seconds first", FunctionRole.Stop, "sleep 5"),
        Insert("stop-hangs", "stop sleeps for a day first", FunctionRole.Stop, "sleep 86400"),
        Insert("stop-asks-df", "stop asks every file system for its state", FunctionRole.Stop,
            "df >/dev/null 2>&1"),
        Insert("stop-asks-stat", "stop asks every mount for its state", FunctionRole.Stop,
            "while read -r _ where _; do stat -f \"$where\" >/dev/null 2>&1; done </proc/mounts"),
        Insert("stop-asks-lsblk", "stop goes through every block device", FunctionRole.Stop,
            "lsblk >/dev/null 2>&1"),
        Insert("stop-asks-name", "stop asks for a host's name", FunctionRole.Stop,
            "getent hosts truce-mutant.example >/dev/null 2>&1"),
        Insert("stop-needs-disk", "stop fails if it can't write a file", FunctionRole.Stop,
            "echo \"$$\" >/tmp/truce-mutant || exit 1"),
        Insert("stop-keeps-lock", "stop takes a lock and never gives it back", FunctionRole.Stop,
            "mkdir /run/truce-mutant.lock || exit 1"),
        Insert("stop-needs-folder", "stop fails without the folder that the cluster made", FunctionRole.Stop,
            "[ -d \"$HA_RSCTMP\" ] || exit 1"),
        Insert("monitor-leaves-process", "monitor leaves a process running", FunctionRole.Monitor,
            "sleep 864000 >/dev/null 2>&1 </dev/null &"),
        new("stop-validates-first", "stop fails where the parameters aren't valid any more", (line, script) =>
            IsIn(line, FunctionRole.Stop) && script.ValidateFunction is { } validate
                ? Before(line, $"{validate} || exit $?") : null),
    ];

    private static MutationOperator Insert(string name, string what, FunctionRole role, string command) =>
        new(name, what, (line, _) => IsIn(line, role) ? Before(line, command) : null);

    private static bool IsIn(ScriptLine line, FunctionRole role) =>
        line.IsEntry && line.Role == role;

    private static string Before(ScriptLine line, string command) =>
        $"{line.Indent}{command}\n{line.Text}";
}
