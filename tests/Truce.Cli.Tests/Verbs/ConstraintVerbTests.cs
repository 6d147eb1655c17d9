using System.Xml.Linq;

namespace Truce.Cli.Tests.Verbs;

public sealed class ConstraintVerbTests
{
    private readonly VerbTerminal _verbs = new();

    [Theory]
    [InlineData("constraint location web n1 --score 100", "location-web-n1")]
    [InlineData("constraint location web n3 --score=-INFINITY", "location-web-n3")]
    [InlineData("constraint location g n2 --score -50 --role Promoted", "location-g-n2")]
    [InlineData("constraint order g web", "order-g-web")]
    [InlineData("constraint order g web --kind Optional --one-way", "order-g-web")]
    [InlineData("constraint order g web --first-action promote --then-action start", "order-g-web")]
    [InlineData("constraint colocation web g", "colocation-web-g")]
    [InlineData("constraint colocation web g --score -INFINITY --with-role Promoted", "colocation-web-g")]
    public async Task A_constraint_is_one_version_and_deleting_it_gives_the_configuration_back(string line,
        string id) =>
        await _verbs.IsUndoneAsync(line, $"constraint delete {id}");

    [Fact]
    public async Task The_same_subject_is_the_same_constraint()
    {
        await _verbs.EndsAsync(ExitCode.Done, "constraint location web n1 --score 100");
        await _verbs.EndsAsync(ExitCode.Done, "constraint location web n1 --score 200");
        await _verbs.EndsAsync(ExitCode.Done, "constraint order g web --kind Optional");
        await _verbs.EndsAsync(ExitCode.Done, "constraint order g web");
        Assert.Equal(["location-web-n1", "order-g-web"],
            _verbs.Configuration.Descendants("constraints").Elements().Select(e =>
                (string?)e.Attribute("id")));
        Assert.Equal("200", (string?)_verbs.Element("location-web-n1").Attribute("score"));
        Assert.Null(_verbs.Element("order-g-web").Attribute("kind"));
    }

    [Fact]
    public async Task What_an_operator_holds_for_a_while_is_not_taken_for_a_preference()
    {
        _verbs.Cluster.Configuration = _verbs.Cluster.Configuration.Replace(
            "<constraints/>",
            """
            <constraints>
              <rsc_location id="cli-ban-web-on-n1" rsc="web" node="n1" score="-INFINITY"/>
            </constraints>
            """,
            StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "constraint location web n1 --score 5");
        Assert.Equal("-INFINITY", (string?)_verbs.Element("cli-ban-web-on-n1").Attribute("score"));
    }

    [Fact]
    public async Task Each_is_listed_as_a_sentence()
    {
        foreach (string line in new[]
        {
            "location web n1 --score 100", "location web n3 --score=-INFINITY", "order g web --kind Optional",
                "colocation web g",
        })
            await _verbs.EndsAsync(ExitCode.Done, "constraint " + line);
        await _verbs.EndsAsync(ExitCode.Done, "resource ban web n2 --for 2h");
        await _verbs.EndsAsync(ExitCode.Done, "constraint list");
        foreach (string sentence in new[]
        {
            "web prefers to run (100) on n1", "web never runs on n3", "start g, then start web (optional)",
                "web runs only with g",
            "web never runs on n2 until 2026-03-01 14:00:00Z",
        })
            Assert.Contains(sentence, _verbs.Output, StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "constraint list a");
        Assert.Equal("no constraints\n", _verbs.Output);
        await _verbs.EndsAsync(ExitCode.Done, "constraint list g --json");
        Assert.Contains("\"id\": \"order-g-web\"", _verbs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constraint location wab n1", "no resource wab is configured", "did you mean web?")]
    [InlineData("constraint location web n9", "no node n9 is configured", "name one of n1, n2, n3")]
    [InlineData("constraint location web n1 --score much", "much is not a score", "INFINITY")]
    [InlineData("constraint order web web", "web is named twice", "name another one")]
    [InlineData("constraint colocation web web", "web is named twice", "name another one")]
    [InlineData("constraint order web wab", "no resource wab is configured", "did you mean web?")]
    [InlineData("constraint delete nothing", "no constraint nothing is configured", "truce config show")]
    public async Task What_is_unknown_or_impossible_is_said(string line, string problem, string remedy)
    {
        await _verbs.IsRefusedAsync(line, problem, remedy);
        Assert.Equal(7, _verbs.Cluster.Version);
    }
}
