using Truce.Cli.Completing;

namespace Truce.Cli.Tests.Verbs;

public sealed class HelpTests
{
    private readonly VerbTerminal _verbs = new();

    /// <summary>Every command line that some help shows.</summary>
    public static TheoryData<string> Shown => [.. Examples.All];

    [Theory]
    [MemberData(nameof(Shown))]
    public async Task An_example_is_a_command_line(string line)
    {
        // Some are services, which end when they are told to.
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(2));
        Terminal terminal = new Terminal { Cluster = new ScriptedCluster(), Interrupted = end.Token }
            .With("TRUCE_SOCKET", "s");
        ExitCode code = await terminal.RunAsync(line);
        Assert.False(code is ExitCode.Usage or ExitCode.Defect, terminal.Error);
    }

    [Fact]
    public async Task Help_shows_the_examples_of_its_command()
    {
        await _verbs.EndsAsync(ExitCode.Done, "constraint order --help");
        Assert.Contains("Examples:\n  truce constraint order fs web\n", _verbs.Output,
            StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "constraint --help");
        Assert.DoesNotContain("Examples:", _verbs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resource set w", "web")]
    [InlineData("constraint location web ", "n2")]
    [InlineData("option set no-q", "no-quorum-policy=")]
    [InlineData("resource meta web resource-sti", "resource-stickiness=")]
    public async Task Shells_are_told_what_could_come_next(string line, string word)
    {
        Assert.Equal(ExitCode.Done, await _verbs.Terminal.RunAsync([$"[suggest:{line.Length}]", line]));
        Assert.Contains(word, _verbs.Output.Split('\n'));
    }
}
