namespace Truce.Verify.Everyday;

/// <summary>A task of docs/operations/day.md.</summary>
/// <param name="Name">Its section and first column.</param>
/// <param name="Commands">What does it.</param>
/// <param name="Undo">What undoes it; empty where there is nothing to undo.</param>
internal sealed record DayTask(string Name, IReadOnlyList<string> Commands, IReadOnlyList<string> Undo);

/// <summary>The page of an administrator's day: its tables have columns <c>Task</c>, <c>Truce</c> and, where
/// a task changes something, <c>Undone by</c>.</summary>
internal static class DayPage
{
    /// <summary>All tasks, in the page's order.</summary>
    /// <exception cref="InvalidDataException">A row without a command.</exception>
    public static IReadOnlyList<DayTask> Read(IEnumerable<string> lines)
    {
        List<DayTask> tasks = [];
        string section = "";
        string[] columns = [];
        foreach (string line in lines)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            if (!line.StartsWith("| ", StringComparison.Ordinal))
                columns = line.StartsWith("|--", StringComparison.Ordinal) ? columns : [];
            else if (columns.Length == 0)
                columns = Cells(line);
            else
                tasks.Add(Task(section, columns, Cells(line)));
        }

        return tasks;
    }

    private static DayTask Task(string section, string[] columns, string[] cells)
    {
        int undo = Array.IndexOf(columns, "Undone by");
        DayTask task = new(
            $"{section}: {cells[0]}", Code(cells[Array.IndexOf(columns, "Truce")]), undo < 0 ? []
                : Code(cells[undo]));
        return task.Commands.Count > 0 ? task : throw new InvalidDataException($"{task.Name}: no command");
    }

    // A bar within a cell is written \|.
    private static string[] Cells(string line) =>
        [.. line.Replace("\\|", "\u0001", StringComparison.Ordinal).Trim().Trim('|').Split('|')
            .Select(c => c.Trim().Replace('\u0001', '|'))];

    private static string[] Code(string cell) => [.. cell.Split('`').Where((_, i) => i % 2 == 1)];
}
