using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>Documents don't point into the void.</summary>
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

    private static string Resolve(string file, string target) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, target));

    private static bool IsGenerated(string file) =>
        file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts" or "node_modules");

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)\s]*)?\)")]
    private static partial Regex Link();
}
