using Truce.Cli.Ending;

namespace Truce.Cli.Printing;

/// <summary>Columns of text, as wide as they must be; the last one is free.</summary>
/// <param name="headings">The columns' names.</param>
public sealed class Table(params string[] headings)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [headings];

    /// <summary>Whether there are no rows but the headings.</summary>
    public bool IsEmpty => _rows.Count == 1;

    /// <summary>Adds a row with a cell per column.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(TerminalText.OneLine)]);

    /// <summary>Writes it; nothing if it is empty.</summary>
    public void WriteTo(TextWriter output)
    {
        if (IsEmpty)
            return;
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows)
            output.WriteLine(string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
