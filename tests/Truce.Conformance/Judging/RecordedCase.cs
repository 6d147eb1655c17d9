namespace Truce.Conformance.Judging;

/// <summary>One recorded cluster: where its input lies, and how it is to be called.</summary>
/// <param name="Name">Its name, that of all its files.</param>
/// <param name="Family">The feature it belongs to.</param>
/// <param name="Arguments">Extra arguments, for example <c>-t TIME</c>.</param>
/// <param name="Folder">The case set.</param>
internal sealed record RecordedCase(string Name, string Family, IReadOnlyList<string> Arguments, string Folder)
{
    /// <summary>The CIB.</summary>
    public string InputPath => Path.Combine(Folder, "xml", Name + ".xml");

    /// <summary>What Pacemaker answered; a part without a record is null.</summary>
    public Answers ReadExpected() => new(
        TextOf("summary", ".summary"), TextOf("exp", ".exp"), TextOf("scores", ".scores"), TextOf("dot", ".dot"));

    private string? TextOf(string folder, string extension)
    {
        string path = Path.Combine(Folder, folder, Name + extension);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }
}

/// <summary>The four outputs of one case.</summary>
internal sealed record Answers(string? Summary, string? Graph, string? Scores, string? Dot)
{
    /// <summary>Answers left in a folder as NAME.summary, NAME.graph, NAME.scores and NAME.dot.</summary>
    public static Answers ReadFrom(string folder, string name)
    {
        return new Answers(TextOf(".summary"), TextOf(".graph"), TextOf(".scores"), TextOf(".dot"));

        string? TextOf(string extension)
        {
            string path = Path.Combine(folder, name + extension);
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
    }
}

/// <summary>The recorded cases of a folder.</summary>
internal static class CaseSet
{
    private static readonly string[] s_beside = ["scheduler-cases", "scheduler-cases-2"];

    /// <summary>The folders named by TRUCE_CASES, parted by colons, or their defaults beside the repository;
    /// those that are there.</summary>
    public static IReadOnlyList<string> FindFolders()
    {
        string? named = Environment.GetEnvironmentVariable("TRUCE_CASES");
        if (!string.IsNullOrEmpty(named))
            return [.. named.Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Directory.Exists)];
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (!File.Exists(Path.Combine(d.FullName, "Truce.slnx")))
                continue;
            return
            [
                .. s_beside.Select(name => Path.GetFullPath(Path.Combine(d.FullName, "..", "shared", name)))
                    .Where(Directory.Exists),
            ];
        }

        return [];
    }

    /// <summary>The first of them; null if there is none.</summary>
    public static string? FindFolder() => FindFolders() is [var first, ..] ? first : null;

    /// <summary>The folder; without it the test is skipped, or fails on a machine that must have it (CI=true).</summary>
    public static string RequireFolder()
    {
        string? folder = FindFolder();
        bool mustHave = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.SkipWhen(folder is null && !mustHave, "no recorded cases: set TRUCE_CASES to their folder");
        return folder ?? throw new DirectoryNotFoundException("no recorded cases: set TRUCE_CASES to their folder");
    }

    /// <summary>All cases, in the order of cases.tsv.</summary>
    public static IReadOnlyList<RecordedCase> Load(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "cases.tsv")).Skip(1).Select(line => Parse(line, folder))];

    private static RecordedCase Parse(string line, string folder)
    {
        string[] fields = line.Split('\t');
        string arguments = fields.Length > 3 ? fields[3].Trim() : "";
        return new RecordedCase(
            fields[0],
            fields.Length > 2 ? fields[2] : "",
            arguments.Length == 0 ? [] : arguments.Split(" | "),
            folder);
    }
}
