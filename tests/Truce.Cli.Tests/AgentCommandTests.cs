using System.Text.Json;

namespace Truce.Cli.Tests;

/// <summary>On an agent of our own, so that nothing needs to be installed.</summary>
public sealed class AgentCommandTests : IDisposable
{
    private const string Agent = """
        #!/bin/sh
        case $1 in
        meta-data) cat <<'END'
        <?xml version="1.0"?>
        <resource-agent name="Sample" version="2"><version>1.1</version>
        <longdesc lang="en">A sample.</longdesc><shortdesc lang="en">A short sample</shortdesc>
        <parameters><parameter name="color" required="1"><longdesc lang="en">Its color</longdesc><shortdesc lang="en">Its color</shortdesc><content type="string"/></parameter></parameters>
        <actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/><action name="monitor" timeout="20s" interval="10s"/></actions>
        </resource-agent>
        END
        ;;
        start) echo "color is $OCF_RESKEY_color" ;;
        monitor) echo "ocf-exit-reason:it is gone" >&2; exit 7 ;;
        *) exit 3 ;;
        esac
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("truce-cli-agents").FullName;
    private readonly Terminal _terminal;

    public AgentCommandTests()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, "resource.d", "mine")).FullName;
        string path = Path.Combine(folder, "Sample");
        File.WriteAllText(path, Agent);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _terminal = new Terminal().With("OCF_ROOT", _root);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task List_finds_it_by_a_part_of_its_name()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("agent list sampl"));
        Assert.Equal("ocf:mine:Sample\n", _terminal.Output);
    }

    [Fact]
    public async Task List_answers_no_when_there_is_nothing_of_the_kind() =>
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("agent list no-agent-is-called-so"));

    [Fact]
    public async Task Show_tells_parameters_and_actions()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("agent show ocf:mine:Sample"));
        Assert.Equal(
            """
            ocf:mine:Sample: A short sample

            PARAMETER         TYPE    DEFAULT  MEANING
            color (required)  string  -        Its color

            ACTION   TIMEOUT  INTERVAL  ROLE
            start    20s      -         -
            stop     20s      -         -
            monitor  20s      10s       -

            """, _terminal.Output);
    }

    [Fact]
    public async Task Show_of_an_agent_that_is_not_there_is_bad_input() =>
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync("agent show ocf:mine:Nothing"));

    [Fact]
    public async Task Run_hands_the_parameters_over_and_shows_what_was_printed()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("agent run ocf:mine:Sample start color=red"));
        Assert.StartsWith("color is red\nDone, code 0, ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_answers_no_where_the_agent_does_and_gives_its_reason()
    {
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("agent run ocf:mine:Sample monitor --json"));
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        Assert.Equal(7, document.RootElement.GetProperty("code").GetInt32());
        Assert.Equal("it is gone", document.RootElement.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("agent run Sample start")]
    [InlineData("agent run ocf:mine:Sample start color")]
    public async Task What_is_no_name_or_no_pair_is_a_usage_error(string line) =>
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(line));
}
