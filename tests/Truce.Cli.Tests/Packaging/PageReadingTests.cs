using Truce.Package;

namespace Truce.Cli.Tests.Packaging;

public sealed class PageReadingTests
{
    [Fact]
    public void Help_is_taken_apart_where_a_narrow_terminal_broke_its_lines_too()
    {
        HelpPage page = HelpPage.Parse("""
            Description:
              Move RESOURCE to NODE; leaves
              nothing behind

            Usage:
              truce resource move <RESOURCE> [options]

            Options:
              --for <LENGTH>  Keep it there for so long,
                              whatever happens
              --no-wait

            """);
        Assert.Equal("Move RESOURCE to NODE; leaves nothing behind", page.Description);
        Assert.Equal("truce resource move <RESOURCE> [options]", Assert.Single(page.Usage));
        Assert.Equal(
            [new HelpEntry("--for <LENGTH>", "Keep it there for so long, whatever happens"),
                new HelpEntry("--no-wait", "")],
            page.Find("Options")!.Entries);
    }

    [Theory]
    [InlineData("  --json  Print JSON")]
    [InlineData("Options:\n        further in than anything")]
    public void What_is_no_help_is_refused(string text) =>
        Assert.Throws<FormatException>(() => HelpPage.Parse(text));

    [Fact]
    public void A_document_becomes_sections_tags_and_blocks()
    {
        Roff page = new("x", 5, "1.0");
        DocumentPage.Parse("""
            # Title

            Text with `code`, **weight** and a [link](elsewhere.md#there)
            on two lines.

            ## Keys

            | Key | Default | Meaning |
            |---|---|---|
            | `a` | `1 \| 2` | the first |

            1. One
            2. Two

            ```text
            .typed
            ```
            """.Split('\n')).Write(page);
        string[] lines = page.ToString().Split('\n');
        Assert.Contains("Text with \\fBcode\\fR, \\fBweight\\fR and a link on two lines.", lines);
        Assert.Contains(".SH \"KEYS\"", lines);
        Assert.Contains("\\fBa\\fR (default: \\fB1 | 2\\fR)", lines);
        Assert.Equal("One", lines[Array.IndexOf(lines, "1.") + 1]);
        Assert.Contains("\\&.typed", lines);
    }

    [Fact]
    public void A_part_that_a_page_lost_is_missed() =>
        Assert.Throws<InvalidOperationException>(
            () => DocumentPage.Parse(["# Title"]).Write(new Roff("x", 1, "1.0"), "Exit codes"));
}
