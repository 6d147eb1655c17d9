namespace Truce.Cli.Tests.Verbs;

/// <summary><c>fence topology</c>.</summary>
public sealed class FenceTopologyTests
{
    private readonly VerbTerminal _verbs = new();

    [Fact]
    public async Task Levels_are_listed_in_the_order_in_which_they_are_tried()
    {
        await _verbs.EndsAsync(ExitCode.Done, "fence topology set n2 2 power");
        await _verbs.EndsAsync(ExitCode.Done, "fence topology set n2 1 power,power");
        await _verbs.EndsAsync(ExitCode.Done, "fence topology set n1 3 power");
        await _verbs.EndsAsync(ExitCode.Done, "fence topology list");
        Assert.Equal(
            """
            NODE  LEVEL  DEVICES
            n1    3      power
            n2    1      power
            n2    2      power

            """, _verbs.Output, ignoreLineEndingDifferences: true);
        await _verbs.EndsAsync(ExitCode.Done, "fence topology list n1 --json");
        Assert.Contains("\"level\": 3", _verbs.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("n2", _verbs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fence topology set n9 1 power", "no node n9 is configured", "n1, n2, n3")]
    [InlineData("fence topology set n1 0 power", "0 is not a level", "1 to 9")]
    [InlineData("fence topology set n1 1 powr", "no fence device powr is configured", "did you mean power?")]
    [InlineData("fence topology set n1 1 web", "no fence device web is configured", "power")]
    [InlineData("fence topology delete n9", "no node n9 is configured", "n1, n2, n3")]
    [InlineData("fence topology list n9", "no node n9 is configured", "n1, n2, n3")]
    public async Task What_is_unknown_is_said(string line, string problem, string remedy)
    {
        await _verbs.IsRefusedAsync(line, problem, remedy);
    }

    [Fact]
    public async Task Without_levels_it_says_what_counts_instead()
    {
        await _verbs.EndsAsync(ExitCode.Done, "fence topology list");
        Assert.Contains("no topology", _verbs.Output, StringComparison.Ordinal);
    }
}
