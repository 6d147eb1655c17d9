using System.Text.RegularExpressions;
using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Analysis.Tests.Findings;

/// <summary>docs/reference/findings.md has one entry for each kind of finding, and says how bad it
/// is.</summary>
public sealed partial class FindingsPageTests
{
    private static readonly Dictionary<string, string> s_entries = Entry()
        .Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Path, FindingKind.Page)))
        .ToDictionary(m => m.Groups["id"].Value, m => m.Groups["text"].Value.Trim());

    [Fact]
    public void Every_kind_has_an_entry_and_every_entry_a_kind() => Assert.Equal(
        RuleCatalogue.Kinds.Keys.Order(StringComparer.Ordinal), s_entries.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_entry_begins_with_the_severity()
    {
        foreach ((string id, FindingKind kind) in RuleCatalogue.Kinds)
            Assert.True(s_entries[id].StartsWith(kind.Severity.ToString(), StringComparison.Ordinal),
                $"{id}: {s_entries[id]}");
    }

    [Fact]
    public void Ids_are_anchors()
    {
        Assert.All(RuleCatalogue.Kinds.Keys, id => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", id));
        Assert.Equal("docs/reference/findings.md#unknown-name", RuleCatalogue.Kinds["unknown-name"].Doc);
    }

    [GeneratedRegex("^### (?<id>[^\n]+)\n(?<text>(?:(?!^#).*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
