using System.CommandLine;

namespace Truce.Cli.Tests;

public sealed class CommandLineTests
{
    private readonly Terminal _terminal = new();

    [Fact]
    public async Task Version_is_one_line_with_the_name()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("--version"));
        Assert.Equal($"truce {CommandLine.Version}", _terminal.Output.TrimEnd());
    }

    [Fact]
    public async Task An_unknown_command_is_a_usage_error_and_says_what_to_do()
    {
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync("frobnicate"));
        Assert.Empty(_terminal.Output);
        Assert.Contains("frobnicate", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("do: truce --help", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_goes_to_standard_output()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("--help"));
        Assert.Contains("--json", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public async Task Help_of_every_command_fits_a_wide_terminal()
    {
        // Suggestions don't belong there: agents are hundreds, nodes would have to be asked for.
        const int Width = 160;
        RootCommand all = CommandLine.Create(_terminal.Context(TextWriter.Null, TextWriter.Null));
        foreach (string[] path in Paths(all, []))
        {
            Terminal terminal = new();
            Assert.Equal(ExitCode.Done, await terminal.RunAsync([.. path, "--help"]));
            Assert.DoesNotContain(terminal.Output.Split('\n'), line => line.Length > Width);
        }
    }

    private static IEnumerable<string[]> Paths(Command command, string[] path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Paths(c, [.. path, c.Name])).Prepend(path);
}
