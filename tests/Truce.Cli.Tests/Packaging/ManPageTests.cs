using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Truce.Package;

namespace Truce.Cli.Tests.Packaging;

public sealed partial class ManPageTests
{
    private static readonly string[] s_requests =
        [".TH", ".SH", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".nh", ".ad"];

    [Fact]
    public async Task Every_command_has_a_page_and_every_page_a_command()
    {
        IReadOnlyDictionary<string, string> pages = await ManPages.AllAsync();
        RootCommand all = CommandLine.Create(new Terminal().Context(TextWriter.Null, TextWriter.Null));
        string[] commands = [.. Names(all, "truce").Select(n => $"man1/{n}.1")];
        Assert.True(commands.Length > 50);
        Assert.Equal(
            commands.Concat(["man5/truce.conf.5", "man8/truced.8"]).Order(StringComparer.Ordinal),
                pages.Keys);
    }

    [Fact]
    public async Task A_page_names_all_that_the_help_of_its_command_names()
    {
        IReadOnlyDictionary<string, string> pages = await ManPages.AllAsync();
        foreach (string[] words in TypedCommand.All())
        {
            Terminal terminal = new();
            Assert.Equal(ExitCode.Done, await terminal.RunAsync([.. words, "--help"]));
            string page = Plain(pages[$"man1/{string.Join('-', ["truce", .. words])}.1"]);
            IEnumerable<string> said = Word().Matches(terminal.Output).Select(m => m.Value.TrimEnd(':'));
            Assert.Empty(
                said.Where(w =>
                    !page.Contains(w, StringComparison.OrdinalIgnoreCase)).Except(["Description", "Usage"]));
        }
    }

    [Fact]
    public async Task Pages_use_only_what_every_reader_knows()
    {
        foreach ((string path, string page) in await ManPages.AllAsync())
        {
            string[] lines = page.TrimEnd('\n').Split('\n');
            Assert.StartsWith(".TH ", lines[0], StringComparison.Ordinal);
            Assert.Equal(".SH \"NAME\"", lines[3]);
            Assert.DoesNotContain(page, c => c > '~' || (c < ' ' && c != '\n'));
            Assert.DoesNotContain(lines, l => l.StartsWith('\'') || l.Length == 0);
            Assert.Empty(
                lines.Where(l => l[0] == '.' && !s_requests.Contains(l.Split(' ')[0])).Select(l =>
                    $"{path}: {l}"));
            Assert.Equal(lines.Count(l => l == ".nf"), lines.Count(l => l == ".fi"));
            Assert.Equal(lines.Count(l => l.StartsWith(".RS", StringComparison.Ordinal)),
                lines.Count(l => l == ".RE"));
        }
    }

    [Fact]
    public async Task Groff_has_nothing_to_say_about_any_page()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff isn't installed");
        string all = string.Concat((await ManPages.AllAsync()).Values);
        Assert.Equal("", await ComplaintsAsync(all));
        Assert.NotEqual("",
            await ComplaintsAsync(".TH X 1\n.SH NAME\nx \\- y\n.no-such-request\n\\[nosuchglyph]\n"));
    }

    [Fact]
    public void Text_that_roff_would_take_for_a_request_is_written_out()
    {
        string page = new Roff("x", 1, "1.0").Paragraph(Roff.Escape(".conf isn't a \\request")).ToString();
        Assert.Contains("\n\\&.conf isn\\(aqt a \\(rsrequest\n", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a--b …", "a\\-\\-b ...")]
    [InlineData("'é' ~^`", "\\(aq\\[u00E9]\\(aq \\(ti\\(ha\\(ga")]
    public void What_is_no_plain_character_is_an_escape(string text, string expected) =>
        Assert.Equal(expected, Roff.Escape(text));

    private static IEnumerable<string> Names(Command command, string name) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Names(c, $"{name}-{c.Name}")).Prepend(name);

    // As a reader sees it.
    private static string Plain(string page) => page
        .Replace("\\-", "-", StringComparison.Ordinal).Replace("\\(aq", "'", StringComparison.Ordinal)
        .Replace("\\(dq", "\"", StringComparison.Ordinal).Replace("\\(ti", "~", StringComparison.Ordinal)
        .Replace("\\(ha", "^", StringComparison.Ordinal).Replace("\\(ga", "`", StringComparison.Ordinal);

    private static async Task<string> ComplaintsAsync(string pages)
    {
        ProcessStartInfo start = new("/usr/bin/groff", ["-ww", "-man", "-Tascii", "-z"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> complaints = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(pages);
        process.StandardInput.Close();
        return await complaints;
    }

    [GeneratedRegex(@"[A-Za-z0-9<>|_=-]*[A-Za-z0-9>]")]
    private static partial Regex Word();
}
