using Truce.Cli;

namespace Truce.Package;

/// <summary>
/// Every manual page: one for each command, from what its <c>--help</c> prints, and those that are made of a
/// page of docs/reference.
/// </summary>
internal static class ManPages
{
    private const int Commands = 1;
    private const int Files = 5;
    private const int Administration = 8;

    private static string Version => CommandLine.Version.Split('+')[0];

    /// <summary>Writes them below a folder, as <c>man1/truce.1</c>.</summary>
    public static async Task<int> WriteAsync(string folder)
    {
        foreach ((string path, string text) in await AllAsync().ConfigureAwait(false))
        {
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text).ConfigureAwait(false);
        }

        return 0;
    }

    /// <summary>The pages by their paths.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> AllAsync()
    {
        SortedDictionary<string, string> pages = new(StringComparer.Ordinal)
        {
            ["man8/truced.8"] = OfDocument(
                "truced", Administration, "the daemon of the Truce cluster manager", "truced.md",
                ["truce(1)", "truce.conf(5)", "corosync(8)"]),
            ["man5/truce.conf.5"] = OfDocument(
                "truce.conf", Files, "what is specific to one node of a Truce cluster", "truce.conf.md",
                ["truced(8)"]),
        };
        IReadOnlyList<string[]> all = TypedCommand.All();
        foreach (string[] words in all)
            pages[$"man1/{NameOf(words)}.1"] = await OfCommandAsync(words, all).ConfigureAwait(false);
        return pages;
    }

    private static string NameOf(string[] words) => string.Join('-', ["truce", .. words]);

    private static async Task<string> OfCommandAsync(string[] words, IReadOnlyList<string[]> all)
    {
        string name = NameOf(words);
        HelpPage help =
            HelpPage.Parse(await TypedCommand.RunAsync([.. words, "--help"]).ConfigureAwait(false));
        Roff page = new Roff(name, Commands, Version)
            .Section("Name").Text($"{Roff.Escape(name)} \\- {Roff.Escape(help.Description)}")
            .Section("Synopsis");
        foreach (string usage in help.Usage)
            page.Paragraph(Roff.Escape(usage));
        foreach (HelpSection section in help.Sections.Where(s => s.Title is not ("Description" or "Usage")))
            Add(page.Section(section.Title), section);
        if (words.Length == 0)
            AddWhatAllShare(page);
        return page.Section("See also").Paragraph(
            string.Join(", ", Related(words, all).Select(Reference))).ToString();
    }

    private static void Add(Roff page, HelpSection section)
    {
        if (section.Title == "Examples")
        {
            page.Verbatim(section.Entries.Select(e => $"{e.Term} {e.Text}".Trim()));
            return;
        }

        foreach (HelpEntry entry in section.Entries)
            page.Tagged(Roff.Bold(entry.Term), Roff.Escape(entry.Text));
    }

    // What holds for every command stands in one page, truce(1).
    private static void AddWhatAllShare(Roff page)
    {
        DocumentPage document = DocumentPage.Read("cli.md");
        document.Write(page, "Which cluster");
        document.Write(page, "Exit codes");
    }

    // The command above and those below.
    private static IEnumerable<string> Related(string[] words, IReadOnlyList<string[]> all)
    {
        if (words.Length > 0)
            yield return NameOf(words[..^1]) + "(1)";
        foreach (string[] below in all.Where(a => a.Length == words.Length + 1 && IsBelow(words, a)))
            yield return NameOf(below) + "(1)";
        if (words.Length == 0)
            yield return "truced(8)";
    }

    private static bool IsBelow(string[] words, string[] below) =>
        below.Take(words.Length).SequenceEqual(words);

    // name(1) as readers of manual pages link it.
    private static string Reference(string page)
    {
        int bracket = page.IndexOf('(', StringComparison.Ordinal);
        return Roff.Bold(page[..bracket]) + page[bracket..];
    }

    private static string OfDocument(
        string name, int section, string purpose, string file, IReadOnlyList<string> related)
    {
        Roff page = new Roff(name, section, Version)
            .Section("Name").Text($"{Roff.Escape(name)} \\- {Roff.Escape(purpose)}");
        DocumentPage.Read(file).Write(page);
        return page.Section("See also").Paragraph(string.Join(", ", related.Select(Reference))).ToString();
    }
}
