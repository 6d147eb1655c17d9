using Truce.Contracts;

namespace Truce.Cli.Tests.Verbs;

/// <summary><c>resource run</c>, beside a cluster in which this machine is a node.</summary>
public sealed class RunVerbTests
{
    private static readonly string s_here = Environment.MachineName;
    private readonly VerbTerminal _verbs = new();

    public RunVerbTests()
    {
        _verbs.RunWeb();
        _verbs.Cluster.Configuration = _verbs.Cluster.Configuration
            .Replace("\"n1\"", $"\"{s_here}\"", StringComparison.Ordinal);
        Show(isManaged: true, "n2");
    }

    [Theory]
    [InlineData("start")]
    [InlineData("stop")]
    [InlineData("promote")]
    public async Task What_works_against_the_cluster_is_refused(string action)
    {
        await _verbs.EndsAsync(ExitCode.Refused, $"resource run web {action}");
        Assert.Contains("the cluster manages web", _verbs.Error, StringComparison.Ordinal);
        Assert.Contains("truce resource unmanage web", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_beside_another_is_refused_even_if_nobody_manages_it()
    {
        Show(isManaged: false, "n2");
        await _verbs.EndsAsync(ExitCode.Refused, "resource run web start");
        Assert.Contains("web is active on n2", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_runs_here_only()
    {
        await _verbs.EndsAsync(ExitCode.Usage, "resource run web monitor --on n2");
        Assert.Contains("run this command on n2", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_has_no_agent_of_its_own()
    {
        await _verbs.EndsAsync(ExitCode.BadInput, "resource run g monitor");
        Assert.Contains("name one of them: a, b", _verbs.Error, StringComparison.Ordinal);
    }

    private void Show(bool isManaged, string node) => _verbs.Cluster.Status = c =>
    {
        ClusterStatusDocument status = c.Running(("web", node));
        return status with
        {
            Nodes = [.. status.Nodes.Select(n => n.Name == "n1" ? n with { Name = s_here } : n)],
            Resources = [.. status.Resources.Select(r => r with { Managed = isManaged })],
        };
    };
}
