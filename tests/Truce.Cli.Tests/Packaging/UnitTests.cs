using System.Runtime.CompilerServices;

namespace Truce.Cli.Tests.Packaging;

/// <summary>The units of the services that are commands of <c>truce</c>.</summary>
public sealed class UnitTests
{
    [Theory]
    [InlineData("truce-metrics", "truce metrics --listen 127.0.0.1:9664")]
    [InlineData("truce-alerts", "truce alerts --user hacluster")]
    public void It_runs_a_command_line_that_truce_understands(string unit, string command)
    {
        string[] lines = Lines(unit);
        string line = Value(lines, "ExecStart=/usr/bin/");
        foreach (string set in lines.Where(l => l.StartsWith("Environment=", StringComparison.Ordinal)))
        {
            string[] pair = set["Environment=".Length..].Split('=', 2);
            line = line.Replace($"${{{pair[0]}}}", pair[1], StringComparison.Ordinal);
        }

        Assert.Equal(command, line);
        CliContext context = new Terminal().Context(TextWriter.Null, TextWriter.Null);
        Assert.Empty(CommandLine.Create(context).Parse(line["truce ".Length..]).Errors);
    }

    [Theory]
    [InlineData("truce-metrics")]
    [InlineData("truce-alerts")]
    public void It_is_for_the_administrator_to_enable_and_does_not_restart_without_end(string unit)
    {
        string[] lines = Lines(unit);
        Assert.Equal("multi-user.target", Value(lines, "WantedBy="));
        Assert.Equal("on-failure", Value(lines, "Restart="));
        Assert.Equal("10", Value(lines, "StartLimitBurst="));
        // It goes on while the cluster is down.
        Assert.DoesNotContain(lines, l => l.Contains("truced.service", StringComparison.Ordinal));
    }

    private static string Value(string[] lines, string name) =>
        Assert.Single(lines, l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..];

    private static string[] Lines(string unit, [CallerFilePath] string here = "") => File.ReadAllLines(
        Path.Combine(
            Path.GetDirectoryName(here)!, "..", "..", "..", "packaging", "systemd", $"{unit}.service"));
}
