using System.Text.RegularExpressions;
using Truce.Daemon.Configuration;

namespace Truce.Daemon.Tests;

/// <summary>The truce.conf of the package, and the page of truced that its manual page is made of.</summary>
public sealed partial class PackagedConfigurationTests
{
    private static readonly string[] s_lines =
        File.ReadAllLines(Path.Combine(Repository.Root, "packaging", "etc", "truce.conf"));

    [Fact]
    public void It_names_every_key_once_and_no_other() => Assert.Equal(
        ConfigurationFile.Keys.Order(StringComparer.Ordinal), Offered().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void As_it_is_shipped_it_changes_nothing() => Assert.Equivalent(
        ConfigurationFile.Parse("truce.conf", [], "host", "boot"),
        ConfigurationFile.Parse("truce.conf", s_lines, "host", "boot"), strict: true);

    [Fact]
    public void Every_line_is_valid_once_its_mark_is_taken_away()
    {
        string[] lines = [.. Offered().Select(o => $"{o.Key} = {o.Value}")];
        Assert.Equal("n1", ConfigurationFile.Parse("truce.conf", lines, "host", "boot").Node.Value);
    }

    [Fact]
    public void Its_defaults_are_those_of_the_reference()
    {
        Dictionary<string, string> offered = Offered();
        Dictionary<string, string> defaults =
            File.ReadLines(Path.Combine(Repository.Root, "docs", "reference", "truce.conf.md"))
            .Select(l => Row().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m =>
                m.Groups[2].Value);
        Assert.Equal(ConfigurationFile.Keys.Count(), defaults.Count);
        Assert.All(defaults, d =>
        {
            // Without marks it is no value but a sentence, which the file has beside its example.
            if (d.Value.StartsWith('`'))
                Assert.Equal(d.Value.Trim('`'), offered[d.Key]);
            else
                Assert.Contains("Default: ", Above(d.Key), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_key_has_a_sentence_above_it() =>
        Assert.All(Offered().Keys, k => Assert.True(Above(k).Length > 10, k));

    [Fact]
    public void The_page_of_truced_shows_what_its_help_prints()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "truced.md"));
        Assert.Contains($"```text\n{Entry.Help}\n```", page, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Offered() =>
        s_lines.Select(l => Key().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m =>
            m.Groups[2].Value);

    // The comment that ends where the key's line begins.
    private static string Above(string key)
    {
        int at = Array.FindIndex(s_lines, l => l.StartsWith($"#{key} = ", StringComparison.Ordinal));
        return string.Join(' ',
            s_lines[..at].Reverse().TakeWhile(l => l.StartsWith("# ", StringComparison.Ordinal)).Reverse());
    }

    [GeneratedRegex(@"^#([a-z_]+) = (.+)$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\| `([a-z_]+)` \| ([^|]+?) \|")]
    private static partial Regex Row();
}
