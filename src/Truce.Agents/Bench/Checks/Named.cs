namespace Truce.Agents.Bench.Checks;

/// <summary>What parameters name.</summary>
internal static class Named
{
    /// <summary>Added to a program's path, it names nothing.</summary>
    public const string Gone = "-uninstalled";

    /// <summary>The programs that are there among the values of parameters.</summary>
    public static async Task<string[]> ProgramsAsync(CheckRun run, Stage stage)
    {
        string found = await stage.ShellAsync(
            "for f; do case $f in /*) [ -f \"$f\" ] && [ -x \"$f\" ] && echo \"$f\" ;; esac; done; true",
            run.Cancel, [.. run.Subject.Values]).ConfigureAwait(false);
        return found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
