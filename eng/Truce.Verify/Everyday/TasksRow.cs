using System.Text.Json;
using Truce.Verify.Safe;

namespace Truce.Verify.Everyday;

/// <summary>
/// Every command of docs/operations/day.md, typed on a live cluster over Corosync, and undone again.
/// </summary>
internal static class TasksRow
{
    private const int TasksMin = 40;
    private const int CommandsMax = 2;
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(60);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "tasks",
        $"at least {TasksMin} tasks of docs/operations/day.md on a live cluster: each by at most "
        + $"{CommandsMax} commands, none edits XML, each undone again with the configuration "
        + "byte for byte as before", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        IReadOnlyList<DayTask> tasks = DayPage.Read(
            await File.ReadAllLinesAsync(Repository.At("docs", "operations", "day.md")).ConfigureAwait(
                false));
        SafeLab lab = await DayLab.UpAsync("day").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            List<string> short_ = [];
            foreach (DayTask task in tasks)
            {
                string fault = await TryAsync(lab, task).ConfigureAwait(false);
                if (fault.Length > 0)
                    short_.Add($"{task.Name}: {fault}");
            }

            foreach (string fault in short_)
                Console.WriteLine($"  {fault}");
            return RowResult.If(
                short_.Count == 0 && tasks.Count >= TasksMin,
                $"{tasks.Count - short_.Count} of {tasks.Count} tasks done and undone");
        }
    }

    // What is wrong with a task, or nothing.
    private static async Task<string> TryAsync(SafeLab lab, DayTask task)
    {
        if (task.Commands.Count > CommandsMax)
            return $"takes {task.Commands.Count} commands";
        if (task.Commands.Any(c => c.Contains("config apply", StringComparison.Ordinal)))
            return "edits XML";
        (string version, string before) = await ConfigurationAsync(lab).ConfigureAwait(false);
        string fault = await DoAsync(lab, task.Commands, version).ConfigureAwait(false);
        if (fault.Length > 0)
            return fault;
        if (!await lab.SettledAsync(s_settling).ConfigureAwait(false))
            return "the cluster doesn't settle afterwards";
        (_, string after) = await ConfigurationAsync(lab).ConfigureAwait(false);
        if (task.Undo.Count == 0)
            return after == before ? "" : "changes the configuration, and nothing is given that undoes it";
        fault = await DoAsync(lab, task.Undo, version).ConfigureAwait(false);
        if (fault.Length > 0)
            return $"undoing: {fault}";
        if (!await lab.SettledAsync(s_settling).ConfigureAwait(false))
            return "the cluster doesn't settle after undoing it";
        (_, string again) = await ConfigurationAsync(lab).ConfigureAwait(false);
        return again == before ? ""
            : $"undone, the configuration isn't what it was: {Difference(before, again)}";
    }

    private static async Task<string> DoAsync(SafeLab lab, IReadOnlyList<string> commands, string version)
    {
        foreach (string command in commands)
        {
            // In a folder of the administrator's own.
            string fault = await DayLab.TypeAsync(
                lab, command.Replace("VERSION", version, StringComparison.Ordinal), lab.Folder)
                .ConfigureAwait(false);
            if (fault.Length > 0)
                return fault;
        }

        return "";
    }

    private static async Task<(string Version, string Xml)> ConfigurationAsync(SafeLab lab)
    {
        Ended shown = await lab.TruceAsync("config", "show", "--json").ConfigureAwait(false);
        JsonElement answer = JsonDocument.Parse(shown.Answer).RootElement;
        // Around the configuration stands its number.
        string xml = answer.GetProperty("xml").GetString()!;
        return (answer.GetProperty("version").ToString(),
            xml[xml.IndexOf("<configuration", StringComparison.Ordinal)..]);
    }

    private static string Difference(string before, string after)
    {
        string[] old = before.Split('\n');
        string[] now = after.Split('\n');
        int at =
            Enumerable.Range(0, Math.Min(old.Length, now.Length)).FirstOrDefault(i => old[i] != now[i], -1);
        return at < 0 ? "one is longer" : $"line {at + 1}: {old[at].Trim()} is now {now[at].Trim()}";
    }
}
