using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>Documents don't point into the void, and every block in them says what it holds.</summary>
public sealed partial class DocumentLinkTests
{
    [Fact]
    public void Every_relative_link_in_a_document_leads_somewhere()
    {
        IEnumerable<string> broken = Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Where(f => !IsGenerated(f))
            .SelectMany(f => Link().Matches(File.ReadAllText(f)).Select(m => (File: f, Target: m.Groups[1].Value)))
            .Where(l => !File.Exists(Resolve(l.File, l.Target)) && !Directory.Exists(Resolve(l.File, l.Target)))
            .Select(l => $"{Path.GetRelativePath(Repository.Root, l.File)}: {l.Target}");
        Assert.Empty(broken);
    }

    // make verify-everyday types what is fenced as sh; what is only indented would never be tried.
    [Fact]
    public void Every_block_is_fenced() => Assert.Empty(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .SelectMany(f => Indented(File.ReadAllLines(f))
                .Select(line => $"{Path.GetRelativePath(Repository.Root, f)}:{line}")));

    [Fact]
    public void An_indented_block_is_found_and_a_list_or_a_fenced_one_is_not() => Assert.Equal([3], Indented(
        [
            "Type:", "", "    truce status", "",
            "- a", "", "    more of a", "",
            "```text", "", "    b", "```",
        ]));

    private static IEnumerable<int> Indented(string[] lines)
    {
        bool isFenced = false, isList = false;
        for (int at = 0; at < lines.Length; at++)
        {
            string line = lines[at];
            if (line.StartsWith("```", StringComparison.Ordinal))
                isFenced = !isFenced;
            else if (line.Length > 0 && line[0] != ' ')
                isList = ListItem().IsMatch(line);
            if (!isFenced && !isList && at > 0 && lines[at - 1].Length == 0
                && line.StartsWith("    ", StringComparison.Ordinal))
                yield return at + 1;
        }
    }

    private static string Resolve(string file, string target) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, target));

    private static bool IsGenerated(string file) =>
        file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts" or "node_modules");

    [GeneratedRegex(@"^([-*]|\d+\.) ")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)\s]*)?\)")]
    private static partial Regex Link();
}
