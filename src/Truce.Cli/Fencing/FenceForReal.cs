using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary><c>fence test --fence NODE --yes</c>: the only proof there is. The node must run nothing, is
/// switched off and on, and must come back as another boot.</summary>
internal sealed class FenceForReal
{
    private readonly Option<string?> _target = new("--fence")
    {
        Description = "Really fence this node, which must not run any resource, and wait until it is back",
        HelpName = "NODE",
    };

    private readonly Option<bool> _yes = new("--yes") { Description = "Yes, fence it" };
    private readonly WaitOptions _wait = new();

    /// <summary>Adds the options.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_target);
        command.Add(_yes);
        return _wait.AddTo(command);
    }

    /// <summary>The node; null: nothing is to be fenced.</summary>
    public string? Target(ParseResult parse) => parse.GetValue(_target);

    /// <summary>Fences it and waits.</summary>
    public async Task<ExitCode> RunAsync(
        CliContext context, ParseResult parse, ICluster cluster, string target, CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        NodeStatus before = status.Nodes.FirstOrDefault(n => n.Name == target)
            ?? throw new CommandException(
                ExitCode.BadInput, $"there is no node {target}", "truce status shows them");
        Require(parse, status, target);
        TimeSpan limit = _wait.Limit(parse) ?? TimeSpan.FromMinutes(2);
        ClientReply.Done asked = await cluster.AskAsync<ClientReply.Done>(
            new ClientRequest.FenceNode(target, "reboot", "operator: fence test"), cancel)
                .ConfigureAwait(false);
        FenceRecord shot = await FenceCommand.EndOfAsync(context, cluster, asked.Subject, limit, cancel)
            .ConfigureAwait(false);
        if (shot.Result != "done")
            throw new CommandException(
                ExitCode.No, $"{target} was not fenced: {shot.Result}: {shot.Reason}",
                "truce fence test shows which path fails");
        bool isBack = await Waiting.UntilAsync(
            context.Time, limit, IsBackAsync, cancel).ConfigureAwait(false);
        if (!isBack)
            throw new CommandException(
                ExitCode.TimedOut,
                $"{target} was fenced by {shot.By} with {shot.Device} and isn't back after "
                    + $"{limit.TotalSeconds:0} s",
                $"look at {target}'s console");
        context.Output.WriteLine(
            $"{target} was fenced by {shot.By} with {shot.Device}, and is back after a reboot");
        return ExitCode.Done;

        async Task<bool> IsBackAsync()
        {
            ClusterStatusDocument now = await cluster.StatusAsync(cancel).ConfigureAwait(false);
            return now.Nodes.FirstOrDefault(n => n.Name == target) is { State: "online" or "standby" } node
                && node.Incarnation != before.Incarnation;
        }
    }

    private void Require(ParseResult parse, ClusterStatusDocument status, string target)
    {
        string[] runs = [.. status.Resources.Where(r => r.Node == target && r.IsActive
            && !r.Agent.StartsWith("stonith", StringComparison.Ordinal)).Select(r => r.Id)];
        if (runs.Length > 0)
            throw new CommandException(
                ExitCode.Refused, $"{target} runs {string.Join(", ", runs)}",
                $"drain it first: truce node standby {target}");
        if (!parse.GetValue(_yes))
            throw new CommandException(
                ExitCode.Refused, $"{target} would be power-cycled",
                $"confirm with: truce fence test --fence {target} --yes");
    }
}
