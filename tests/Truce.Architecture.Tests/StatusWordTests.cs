using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>Every word that status can print has its row on the page of symptoms.</summary>
public sealed partial class StatusWordTests
{
    private static readonly string s_controller =
        Path.Combine(Repository.Root, "src", "Truce.Runtime", "Controller");

    private static readonly string s_page = File.ReadAllText(
        Path.Combine(Repository.Root, "docs", "operations", "troubleshooting.md"));

    private static readonly string[] s_files = ["StatusView.cs", "NodeWords.cs"];
    private static readonly string[] s_projects = ["Truce.Runtime", "Truce.Daemon"];

    // Of findings, which have a page of their own.
    private static readonly string[] s_severities = ["error", "warning"];

    [Fact]
    public void States_of_clusters_and_nodes_are_explained()
    {
        string[] words =
        [
            .. s_files
                .SelectMany(f => State().Matches(File.ReadAllText(Path.Combine(s_controller, f))))
                .Select(m => m.Groups[1].Value).Except(s_severities).Distinct(),
        ];
        Assert.Contains("settled", words);
        Assert.Contains("standby", words);
        Assert.Contains("unclean", words);
        Assert.DoesNotContain(words, w => !s_page.Contains($"| *{w}* |", StringComparison.Ordinal));
    }

    [Fact]
    public void Kinds_of_holds_are_explained()
    {
        string[] kinds =
        [
            .. s_projects
                .SelectMany(p => Directory.GetFiles(
                    Path.Combine(Repository.Root, "src", p), "*.cs", SearchOption.AllDirectories))
                .SelectMany(f => Hold().Matches(File.ReadAllText(f)))
                .Select(m => m.Groups[1].Value).Distinct(),
        ];
        Assert.Contains("lost-node", kinds);
        Assert.Contains("cannot-run", kinds);
        Assert.Contains("no-state", kinds);
        Assert.DoesNotContain(kinds, k => !s_page.Contains($"| `{k}` |", StringComparison.Ordinal));
    }

    [GeneratedRegex("""(?:return|=>|\?|:)\s*"([a-z]+(?:-[a-z]+)*)"\s*(?=[;,:])""")]
    private static partial Regex State();

    // Its kind, then a resource and a node, or null.
    [GeneratedRegex("""\bnew(?: HoldStatus)?\(\s*"([a-z]+(?:-[a-z]+)*)",(?:\s*\w+[\w.!]*,){2}""")]
    private static partial Regex Hold();
}
