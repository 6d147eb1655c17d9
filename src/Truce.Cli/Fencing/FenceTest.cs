using System.Collections.Immutable;
using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Agents;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;
using Truce.Ports;

namespace Truce.Cli.Fencing;

/// <summary>
/// <c>truce fence test</c>: asks a configured device for its state, from this machine and without harming anybody: a
/// device that doesn't answer today will not fence tonight.
/// </summary>
internal static class FenceTest
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> device = new("DEVICE") { Description = "The id of a fence device" };
        Command command = new("test", "Ask a fence device whether it works; nothing is switched") { device };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, false), c).ConfigureAwait(false);
            OperationSpec operation = Operation(CibDocument.Parse(now.Xml), parse.GetValue(device)!);
            OperationOutcome outcome = await AgentCommand.RunAsync(context, operation, c).ConfigureAwait(false);
            AgentCommand.Print(context, parse, outcome);
            return AgentCommand.CodeOf(outcome);
        }, cancel));
        return command;
    }

    private static OperationSpec Operation(CibDocument document, string id)
    {
        XElement device = document.Resource(id);
        if ((string?)device.Attribute("class") != "stonith")
            throw new CommandException(ExitCode.BadInput, $"{id} is no fence device", "truce fence list shows them");
        return new OperationSpec(
            $"fence-test-{Guid.NewGuid():N}", AgentKind.Fence, id, "stonith", null, (string)device.Attribute("type")!, "monitor",
            device.AllPairs("instance_attributes").ToImmutableSortedDictionary(p => p.Name, p => p.Value ?? ""),
            ImmutableSortedDictionary<string, string>.Empty, s_limit, 0);
    }
}
