using Spectre.Console;
using Spectre.Console.Rendering;
using Truce.Cli.Status;

namespace Truce.Cli.Tests;

public sealed class StatusColoursTests
{
    [Theory]
    [InlineData("Cluster: NOT QUORATE (1 of 3 votes)", "NOT QUORATE", "red")]
    [InlineData("Cluster: quorate, settled, coordinator n1", "settled", "green")]
    [InlineData("n3    unclean", "unclean", "red")]
    [InlineData("n2    standby", "standby", "yellow")]
    [InlineData("web  Stopped  -  FAILED: no such disk", "FAILED", "red")]
    [InlineData("Transition 4: 1 of 3 actions done", "Transition 4: 1 of 3 actions done", "yellow")]
    public void Words_that_matter_are_in_colour(string line, string word, string colour)
    {
        Segment[] coloured = [.. Segments(line).Where(s => s.Style.Foreground != Color.Default)];
        Assert.Equal(word, string.Concat(coloured.Select(s => s.Text)));
        Assert.All(coloured, s => Assert.Equal(colour, s.Style.Foreground.ToString()));
    }

    [Fact]
    public void Nothing_is_lost_or_added() =>
        Assert.Equal("a settled b unclean c",
            string.Concat(Segments("a settled b unclean c").Select(s => s.Text)).TrimEnd());

    private static IEnumerable<Segment> Segments(string text)
    {
        using StringWriter nowhere = new();
        IAnsiConsole console =
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(nowhere) });
        return ((IRenderable)StatusColours.Of(text)).Render(RenderOptions.Create(console), 200);
    }
}
