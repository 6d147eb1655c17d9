using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Tests.Verbs;

public sealed class StatusVerbTests
{
    private readonly VerbTerminal _verbs = new();

    [Fact]
    public void Names_are_ordered_as_numbers_are()
    {
        string[] names = ["n10", "n2", "n1", "rack2-n1", "rack10-n1", "n02", "n", "a9b", "a9a", "db"];
        Assert.Equal(
            ["a9a", "a9b", "db", "n", "n1", "n02", "n2", "n10", "rack2-n1", "rack10-n1"],
            names.Order(NaturalOrder.Instance));
        Assert.NotEqual(0, NaturalOrder.Instance.Compare("n02", "n2"));
        Assert.Equal(0, NaturalOrder.Instance.Compare("n99999999999999999999", "n99999999999999999999"));
    }

    [Fact]
    public async Task What_began_at_an_unknown_time_has_no_since()
    {
        _verbs.Cluster.Status = c => c.Running() with
        {
            Pending =
            [
                new PendingOperation("web", "start", 0, "n1", DateTimeOffset.UnixEpoch),
                new PendingOperation("a", "start", 0, "n2",
                    new DateTimeOffset(2026, 3, 1, 11, 59, 0, TimeSpan.Zero)),
            ],
        };
        await _verbs.EndsAsync(ExitCode.Done, "status");
        Assert.Contains("  start web on n1\n", _verbs.Output, StringComparison.Ordinal);
        Assert.Contains("  start a on n2, since 60.0 s\n", _verbs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fence list n9")]
    [InlineData("fence history n9")]
    public async Task A_node_that_is_unknown_is_said_to_be(string line)
    {
        await _verbs.EndsAsync(ExitCode.BadInput, line);
        Assert.Contains("no node n9 is configured", _verbs.Error, StringComparison.Ordinal);
        Assert.Contains("name one of n1, n2, n3", _verbs.Error, StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, line.Replace("n9", "n2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--node-fail n9", ExitCode.BadInput)]
    [InlineData("--node-down n9", ExitCode.BadInput)]
    [InlineData("--node-fail n2", ExitCode.Done)]
    [InlineData("--node-up n9 --node-fail n9", ExitCode.Done)]
    public async Task Simulating_the_loss_of_an_unknown_node_is_refused(string options, ExitCode code)
    {
        ExitCode ended = await _verbs.Terminal.RunAsync($"simulate --xml - {options}", ScriptedCluster.Xml);
        Assert.True(ended == code, $"{options}: {ended}\n{_verbs.Error}");
        Assert.Equal(code == ExitCode.BadInput,
            _verbs.Error.Contains("no node n9 is configured", StringComparison.Ordinal));
    }
}
