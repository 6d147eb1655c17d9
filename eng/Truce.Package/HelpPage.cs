using System.Text.RegularExpressions;

namespace Truce.Package;

/// <summary>A line of help: what is typed, and what it does.</summary>
internal sealed record HelpEntry(string Term, string Text);

/// <summary>A part of help under its title.</summary>
internal sealed record HelpSection(string Title, IReadOnlyList<HelpEntry> Entries)
{
    /// <summary>All of its text, for a part that is prose.</summary>
    public string Prose => string.Join(' ', Entries.Select(e => $"{e.Term} {e.Text}".Trim()));
}

/// <summary>What <c>--help</c> prints, taken apart: titles at the margin, entries two blanks in, the rest of
/// an entry further in.</summary>
/// <param name="Sections">Its parts, in order.</param>
internal sealed partial record HelpPage(IReadOnlyList<HelpSection> Sections)
{
    /// <summary>What the command does.</summary>
    public string Description => Find("Description")?.Prose ?? "";

    /// <summary>How it is typed.</summary>
    public IEnumerable<string> Usage => Find("Usage")?.Entries.Select(e => $"{e.Term} {e.Text}".Trim()) ?? [];

    /// <summary>Reads it.</summary>
    public static HelpPage Parse(string help)
    {
        List<(string Title, List<HelpEntry> Entries)> sections = [];
        foreach (string line in help.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0))
        {
            if (Title().Match(line) is { Success: true } title)
                sections.Add((title.Groups[1].Value, []));
            else if (sections.Count == 0)
                throw new FormatException($"help begins without a title: {line}");
            else
                Add(sections[^1].Entries, line);
        }

        return new HelpPage([.. sections.Select(s => new HelpSection(s.Title, s.Entries))]);
    }

    /// <summary>A part by its title; null: there is none.</summary>
    public HelpSection? Find(string title) => Sections.FirstOrDefault(s => s.Title == title);

    private static void Add(List<HelpEntry> entries, string line)
    {
        Match entry = Entry().Match(line);
        if (entry.Success)
            entries.Add(new HelpEntry(entry.Groups[1].Value, entry.Groups[2].Value));
        else if (entries.Count == 0)
            throw new FormatException($"help continues what hasn't begun: {line}");
        else
            entries[^1] = entries[^1] with { Text = $"{entries[^1].Text} {line.Trim()}".Trim() };
    }

    [GeneratedRegex(@"^(\S.*):$")]
    private static partial Regex Title();

    [GeneratedRegex(@"^  (\S+(?: \S+)*)(?: {2,}(\S.*))?$")]
    private static partial Regex Entry();
}
