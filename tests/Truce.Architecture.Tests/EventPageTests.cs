using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>The page of events names every kind that the cluster can tell.</summary>
public sealed partial class EventPageTests
{
    [Fact]
    public void Every_kind_of_event_is_on_its_page()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "events.md"));
        string[] kinds =
        [
            .. Directory.GetFiles(Path.Combine(Repository.Root, "src", "Truce.Control", "State"), "*.cs")
                .SelectMany(f => Told().Matches(File.ReadAllText(f)))
                .SelectMany(m => Word().Matches(m.Groups[1].Value))
                .Select(m => m.Groups[1].Value).Distinct(),
        ];
        Assert.Contains("node-lost", kinds);
        Assert.Contains("view-without-quorum", kinds);
        Assert.DoesNotContain(kinds, k => !page.Contains(k, StringComparison.Ordinal));
    }

    // What follows "state.Tell(moment," up to the sentence.
    [GeneratedRegex("""\.Tell\(\s*context\.At,([^,]*),""")]
    private static partial Regex Told();

    [GeneratedRegex("\"([a-z][a-z-]*)\"")]
    private static partial Regex Word();
}
