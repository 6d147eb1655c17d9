namespace Truce.Cli.Tests;

/// <summary>What would the cluster do: from a file, from standard input, from the running cluster.</summary>
public sealed class SimulateCommandTests
{
    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    [Theory]
    [InlineData("simulate --xml -")]
    [InlineData("simulate --xml-pipe")]
    [InlineData("simulate -p --output-to -")]
    public async Task Reads_standard_input(string line)
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync(line, ScriptedCluster.Xml));
        Assert.StartsWith("Current cluster status:\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_running_cluster()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("simulate --live-check --socket s"));
        Assert.Contains("Revised Cluster Status:\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(["s"], _terminal.Tried);
    }

    [Theory]
    [InlineData("simulate")]
    [InlineData("simulate --live-check --xml -")]
    [InlineData("simulate --xml - --in-place")]
    [InlineData("simulate --profile . --repeat 0")]
    public async Task Wants_one_cluster_and_sense(string line) =>
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(line, ScriptedCluster.Xml));

    [Fact]
    public async Task Draws_the_transition()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Equal(ExitCode.Done, await _terminal.RunAsync(["simulate", "--xml", "-", "--svg-out", file], ScriptedCluster.Xml));
            Assert.StartsWith("<svg ", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Times_the_plans_of_a_folder()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("truce-profile");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.xml"), ScriptedCluster.Xml, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "b.xml"), "<cib", TestContext.Current.CancellationToken);
            Assert.Equal(ExitCode.Done, await _terminal.RunAsync(["simulate", "--profile", folder.FullName, "--repeat", "2"]));
            Assert.Matches(@"^\* Testing a\.xml +\.\.\. \d+\.\d\d secs\n\* Testing b\.xml +\.\.\. refused\n$", _terminal.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
