using Truce.Cli.Ending;

namespace Truce.Cli.Printing;

/// <summary>Columns of text, as wide as they must be; the last one is free.</summary>
/// <param name="headings">The columns' names.</param>
public sealed class Table(params string[] headings)
{
    private const string Gap = "  ";
    private const int BesideMin = 24;
    private const int BelowIndent = 4;
    private readonly List<string[]> _rows = [headings];

    /// <summary>Whether there are no rows but the headings.</summary>
    public bool IsEmpty => _rows.Count == 1;

    /// <summary>Adds a row with a cell per column.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(TerminalText.OneLine)]);

    /// <summary>Writes it; nothing if it is empty. Where a row is wider than there are columns, its last cell
    /// continues below.</summary>
    public void WriteTo(TextWriter output, int columns = int.MaxValue)
    {
        if (IsEmpty)
            return;
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        int last = widths.Take(widths.Length - 1).Sum(w => w + Gap.Length);
        foreach (string[] row in _rows)
        {
            string line =
                string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
            if (line.Length <= columns || row[^1].Length == 0)
                output.WriteLine(line);
            else
                Break(output, line[..last], row[^1], last, columns);
        }
    }

    // Beside the other cells where there is room for a few words, else below them.
    private static void Break(TextWriter output, string begin, string cell, int last, int columns)
    {
        bool beside = columns - last >= BesideMin;
        int indent = beside ? last : BelowIndent;
        string margin = new(' ', indent);
        if (!beside)
            output.WriteLine(begin.TrimEnd());
        int width = Math.Max(columns - indent, BesideMin);
        foreach ((string text, int place) in Wrapped.Lines(cell, width, width).Select((l, i) => (l, i)))
            output.WriteLine((beside && place == 0 ? begin : margin) + text);
    }
}
