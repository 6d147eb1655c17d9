namespace Truce.Sim;

/// <summary>A copy of the sources with every mutation in it, each behind its switch.</summary>
internal static class MutantTree
{
    private const string Switch = """
        #pragma warning disable
        namespace Truce.Model;

        /// <summary>Which planted defect is on. Exists in the copy that is built for it alone.</summary>
        public static class Mutations
        {
            private static string? s_active = System.Environment.GetEnvironmentVariable("TRUCE_MUTATION");
            private static System.Collections.Generic.HashSet<string>? s_hits;

            /// <summary>Whether it is that one.</summary>
            public static bool Is(string name)
            {
                if (s_hits is { } hits)
                {
                    lock (hits)
                        hits.Add(name);
                }

                return s_active == name;
            }

            /// <summary>Turns one on, or none.</summary>
            public static void Select(string? name) => s_active = name;

            /// <summary>Begins to take note of what is passed.</summary>
            public static void Record() => s_hits = [];

            /// <summary>What was passed since the last call.</summary>
            public static string[] Hits()
            {
                lock (s_hits!)
                {
                    string[] hits = [.. s_hits];
                    s_hits.Clear();
                    return hits;
                }
            }
        }
        """;

    private static readonly string[] s_files =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json",
        ".editorconfig", "Truce.slnx", "eng/BannedSymbols.Pure.txt", "eng/Shipping.targets",
        "docs/reference/openapi.json",
        "tests/Directory.Build.props",
    ];

    private static readonly string[] s_folders = ["src", "native", "eng/Truce.Analyzers"];

    /// <summary>Problems: edits whose text isn't there exactly once.</summary>
    public static IReadOnlyList<string> Problems(string root, MutationSet set) =>
    [
        .. from mutation in set.All
           from edit in mutation.Edits
           let count = Count(File.ReadAllText(Path.Combine(root, "src", edit.File)), edit.Find)
           where count != 1
           select $"{mutation.Name}: {edit.File} has {count} times: {edit.Find}",
    ];

    /// <summary>Writes the copy; files that are as before keep their time, so that little is built again.</summary>
    public static void Plant(string root, string target, MutationSet set)
    {
        Dictionary<string, string> changed = [];
        foreach (var edit in set.All.SelectMany(m => m.Edits.Select(e => (m.Name, Edit: e)))
            .GroupBy(e => e.Edit, e => e.Name))
        {
            (string file, string find, string replace) = edit.Key;
            string path = Path.Combine("src", file);
            string text = changed.GetValueOrDefault(path) ?? File.ReadAllText(Path.Combine(root, path));
            string isOn = string.Join(" || ", edit.Select(n => $"Truce.Model.Mutations.Is(\"{n}\")"));
            changed[path] = Once(
                text, find, replace.Replace("MUTANT", $"({isOn})", StringComparison.Ordinal), edit.First());
        }

        string[] folders = [.. s_folders, set.Program];
        foreach (string file in s_files.Concat(folders.SelectMany(f => Sources(root, f))))
            Write(
                Path.Combine(target, file),
                changed.GetValueOrDefault(file) ?? File.ReadAllText(Path.Combine(root, file)));
        Write(Path.Combine(target, "src", "Truce.Model", "Mutations.cs"), Switch);
    }

    private static string Once(string text, string find, string replace, string name)
    {
        int at = text.IndexOf(find, StringComparison.Ordinal);
        if (at < 0)
            throw new InvalidOperationException($"{name}: not there (any more): {find}");
        return string.Concat(text.AsSpan(0, at), replace, text.AsSpan(at + find.Length));
    }

    private static int Count(string text, string find)
    {
        int count = 0;
        for (int at = text.IndexOf(find, StringComparison.Ordinal); at >= 0; at = text.IndexOf(find, at + 1, StringComparison.Ordinal))
            count++;
        return count;
    }

    private static IEnumerable<string> Sources(string root, string folder) =>
        Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(root, f))
            .Where(f => !f.EndsWith(".bin", StringComparison.Ordinal))
            .Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal));

    private static void Write(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

/// <summary>Plants the mutations into a copy of the tree, or lists them.</summary>
internal static class MutationCommand
{
    public static int Plant(string root, string target, string set)
    {
        MutantTree.Plant(root, target, MutationSet.Of(set));
        return 0;
    }

    public static int Check(string root)
    {
        string[] problems = [.. MutationSet.Sets.SelectMany(s => MutantTree.Problems(root, s))];
        foreach (string problem in problems)
            Console.WriteLine(problem);
        return problems.Length == 0 ? 0 : 1;
    }

    public static int List(string set)
    {
        foreach (Mutation mutation in MutationSet.Of(set).All)
            Console.WriteLine($"{mutation.Promise} {mutation.Name}");
        return 0;
    }
}
