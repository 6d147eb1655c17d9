using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>Decision records have one form and fit on a page.</summary>
public sealed partial class DecisionFormTests
{
    private const int WordsMax = 500;
    private static readonly string[] s_parts = ["Context", "Decision", "Rejected", "Cost"];

    public static TheoryData<string> Records =>
        [.. Directory.GetFiles(Folder, "0*.md").Select(f => Path.GetFileName(f)!)];

    private static string Folder => Path.Combine(Repository.Root, "docs", "decisions");

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_states_context_decision_alternatives_and_cost(string file) =>
        Assert.Empty(Objections(file, File.ReadAllText(Path.Combine(Folder, file))));

    [Theory]
    [InlineData("# 8. Other number\n**Context.** a\n**Decision.** b\n**Rejected.** c\n**Cost.** d", "title")]
    [InlineData("# 7. No parts", "Context Decision Rejected Cost")]
    [InlineData("# 7. Wrong order\n**Cost.** a\n**Context.** b\n**Decision.** c\n**Rejected.** d", "order")]
    public void A_record_of_another_form_is_found(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Objections("0007-x.md", text)));

    [Fact]
    public void A_record_that_is_too_long_is_found()
    {
        string text = "# 7. Long\n\n**Context.** a\n\n**Decision.** b\n\n**Rejected.** c\n\n**Cost.** "
            + string.Join(' ', Enumerable.Repeat("word", WordsMax));
        Assert.Equal("words", Assert.Single(Objections("0007-x.md", text)));
    }

    private static IEnumerable<string> Objections(string file, string text)
    {
        int number = int.Parse(file[..4], CultureInfo.InvariantCulture);
        if (!text.StartsWith($"# {number}. ", StringComparison.Ordinal))
            yield return "title";
        int[] places = [.. s_parts.Select(p => text.IndexOf($"\n**{p}.**", StringComparison.Ordinal))];
        foreach (string missing in s_parts.Where((_, i) => places[i] < 0))
            yield return missing;
        if (places.All(p => p >= 0) && !places.SequenceEqual(places.Order()))
            yield return "order";
        if (Word().Count(text) >= WordsMax)
            yield return "words";
    }

    [GeneratedRegex(@"\S+")]
    private static partial Regex Word();
}
