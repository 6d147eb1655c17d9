using System.Collections.Immutable;
using System.CommandLine;
using Truce.Cli.Agents;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Ports;
using Truce.Scheduler;

namespace Truce.Cli.Resources;

/// <summary>
/// <c>truce resource run</c>: one action of a resource's agent by hand, with the parameters, the meta
/// attributes and the timeout that the cluster would hand it on this node now. The cluster isn't told of it.
/// </summary>
internal static class RunCommand
{
    // What changes nothing may be run beside the cluster.
    private static readonly string[] s_harmless =
    [
        OperationNames.Monitor, "status", "validate-all", "meta-data", "usage",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string> action = new Argument<string>("ACTION")
        {
            Description = "monitor, validate-all, start, stop, promote, demote, …",
        }.Suggesting([.. s_harmless.Take(3), OperationNames.Start, OperationNames.Stop]);
        Argument<string[]> words = new("NAME=VALUE")
        {
            Description = "Parameters that are to differ from the configured ones",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> on = new("--on")
        {
            Description = "In a lab: on this node; by default where the resource is",
            HelpName = "NODE",
        };
        Option<bool> force = new("--force") { Description = "Even if the cluster manages the resource" };
        Command command = new("run", "Run one action of RESOURCE's agent here, with the configured parameters")
        {
            resource, action, words, on, force,
        };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) => new ByHand(
            context, parse, cluster, parse.GetValue(resource)!, parse.GetValue(action)!)
        {
            Differing = NamedValues.Read(parse.GetValue(words) ?? []),
            On = parse.GetValue(on),
            IsForced = parse.GetValue(force),
        }.RunAsync(c), cancel));
        return command;
    }

    private sealed class ByHand(
        CliContext context, ParseResult parse, ICluster cluster, string resource, string action)
    {
        private readonly string _here = NodeAgents.NodeName();

        public required IReadOnlyList<NamedValue> Differing { get; init; }

        public string? On { get; init; }

        public bool IsForced { get; init; }

        public async Task<ExitCode> RunAsync(CancellationToken cancel)
        {
            string xml = await RunningConfiguration.ReadAsync(cluster, cancel).ConfigureAwait(false);
            string primitive = CibDocument.IdOf(CibDocument.Parse(xml).Primitive(resource))!;
            if (CibReader.Parse(xml) is not CibReadResult.Accepted { Cib: var cib })
                throw new InvalidOperationException("the cluster's own configuration can't be read");
            ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
            if (status.Nodes.All(n => n.Name != _here))
                return await InLabAsync(status, primitive, cancel).ConfigureAwait(false);
            if (On is { } other && other != _here)
                throw new CommandException(
                    ExitCode.Usage, $"--on {other}: an action runs on the node where it is asked for",
                    $"run this command on {other}");
            RequireFree(status, primitive);
            OperationOutcome outcome = await AgentCommand.RunAsync(
                context, Spec(cib, primitive), cancel).ConfigureAwait(false);
            AgentCommand.Print(context, parse, outcome);
            return AgentCommand.CodeOf(outcome);
        }

        // Beside a cluster that manages it, a start may run it twice, and a stop is a failure to be recovered.
        private void RequireFree(ClusterStatusDocument status, string primitive)
        {
            if (IsForced || s_harmless.Contains(action))
                return;
            ResourceStatus[] instances = [.. status.Resources.Where(r => r.Id == primitive)];
            if (instances.Any(r => r.Managed))
                throw new CommandException(
                    ExitCode.Refused, $"the cluster manages {primitive}: {action} by hand would work against it",
                    $"truce resource unmanage {primitive} first, and manage it again afterwards; "
                        + "or --force");
            string[] elsewhere =
            [
                .. instances.Where(r => r.IsActive && r.Node != _here)
                    .Select(r => r.Node!).Distinct(),
            ];
            if (action == OperationNames.Start && elsewhere.Length > 0)
                throw new CommandException(
                    ExitCode.Refused,
                    $"{primitive} is active on {string.Join(", ", elsewhere)}: started here it would run twice",
                    "stop it there first; or --force, if it may run more than once");
        }

        private OperationSpec Spec(Cib cib, string primitive)
        {
            GraphAction.ResourceOperation operation = Planner.Operation(
                cib, new PlanOptions { Now = context.Time.GetUtcNow() }, new ResourceId(primitive),
                new NodeId(_here), action)
                ?? throw new CommandException(
                    ExitCode.BadInput, $"{primitive} has no instance that could be run here",
                    $"truce why {primitive}");
            ImmutableSortedDictionary<string, string> meta = Sorted(operation.Meta);
            ImmutableSortedDictionary<string, string> parameters = Sorted(operation.Parameters)
                .SetItems(Differing.Select(d => KeyValuePair.Create(d.Name, d.Value)));
            GraphResource agent = operation.Resource;
            return new OperationSpec(
                $"by-hand-{Guid.NewGuid():N}",
                agent.Class == AgentName.Stonith ? AgentKind.Fence : AgentKind.Resource,
                agent.Id, agent.Class, agent.Provider, agent.Type, action, parameters, meta, Timeout(meta), 0);
        }

        private static TimeSpan Timeout(ImmutableSortedDictionary<string, string> meta) =>
            Numbers.ParseLong(meta.GetValueOrDefault("timeout")) is { } ms and > 0
                ? TimeSpan.FromMilliseconds(ms) : TimeSpan.FromSeconds(20);

        private static ImmutableSortedDictionary<string, string> Sorted(
            IEnumerable<KeyValuePair<string, string>> pairs) =>
            pairs.ToImmutableSortedDictionary(StringComparer.Ordinal);

        private async Task<ExitCode> InLabAsync(
            ClusterStatusDocument status, string primitive, CancellationToken cancel)
        {
            string[] up = [.. LabNode.Up(context, status)];
            string node = On ?? status.Resources.FirstOrDefault(r => r.Id == primitive && r.IsActive)?.Node
                ?? up.FirstOrDefault() ?? "";
            if (!up.Contains(node))
                throw new CommandException(
                    ExitCode.Refused,
                    On is null
                        ? $"{_here} is not a node of this cluster"
                        : $"{On} is no node of this machine's lab that is up",
                    "run this command on the node on which the action is to run");
            string[] options = [.. IsForced ? ["--force"] : Array.Empty<string>(),
                .. parse.GetValue(context.Json) ? ["--json"] : Array.Empty<string>()];
            LabRun run = await LabNode.RunAsync(
                node, ["resource", "run", primitive, action, .. Differing.Select(d => d.ToString()), .. options],
                cancel).ConfigureAwait(false);
            context.Output.Write(run.Output);
            context.Error.Write(run.Error);
            return (ExitCode)run.Code;
        }
    }
}
