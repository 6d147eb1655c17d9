using System.CommandLine;
using Truce.Analysis.Failover;
using Truce.Cli.Agents;
using Truce.Cli.Checking;
using Truce.Cli.Cluster;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Xml;

namespace Truce.Cli;

/// <summary>What the computation rests on: a CIB, from a file or from the running cluster, and perhaps a
/// corosync.conf.</summary>
internal sealed class FailoverInput(CliContext context, string? file, string? corosyncFile)
{
    private readonly List<string> _assumptions = [];

    /// <summary>What it is called.</summary>
    public string Name => file ?? "cluster";

    /// <summary>What was assumed because nothing says it.</summary>
    public IReadOnlyList<string> Assumptions => _assumptions;

    /// <summary>Reads it.</summary>
    /// <exception cref="CommandException">It can't be read, or there is no node in it.</exception>
    public async Task<FailoverRequest> ReadAsync(ParseResult parse, CancellationToken cancel)
    {
        string xml = file is null ? await LiveAsync(parse, cancel).ConfigureAwait(false)
            : await FileInput.ReadAsync(context, file, cancel).ConfigureAwait(false);
        Cib cib = CibReader.Parse(xml, Name) switch
        {
            CibReadResult.Accepted accepted => accepted.Cib,
            CibReadResult.Refused refused => throw Bad(Name, refused.Findings),
        };
        CorosyncTimes? times = corosyncFile is null ? null
            : await ReadCorosyncAsync(corosyncFile, cib, cancel).ConfigureAwait(false);
        cib = WithNodes(cib, times);
        int nodes = cib.Configuration.Nodes.Count(n => n.Type == NodeType.Member);
        if (times is null)
        {
            _assumptions.Add($"Corosync's defaults for {nodes} nodes{(nodes == 2 ? ", two_node: 1" : "")} "
                + "(override with --corosync-conf FILE)");
        }

        _assumptions.Add("a usual duration of 1 s for every operation that was never measured");
        return new FailoverRequest
        {
            Cib = cib,
            Now = cib.Header.ExecutionTime ?? context.Time.GetUtcNow(),
            Planner = context.Planner,
            Corosync = times,
            Tested = MachineAgents.Tested(cib, NodeAgents.Settings(context)),
        };
    }

    // With its status: what runs, and how long it all took.
    private async Task<string> LiveAsync(ParseResult parse, CancellationToken cancel)
    {
        await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
        return (await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, WithStatus: true), cancel).ConfigureAwait(false)).Xml;
    }

    private async Task<CorosyncTimes> ReadCorosyncAsync(string name, Cib cib, CancellationToken cancel)
    {
        string text = await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false);
        List<Finding> findings = [];
        return CorosyncReader.Parse(text, name) switch
        {
            CorosyncReadResult.Refused refused => throw Bad(name, refused.Findings),
            CorosyncReadResult.Accepted accepted =>
                CorosyncTimes.From(accepted.Root, name, cib.Configuration.Nodes.Count, findings)
                    ?? throw Bad(name, findings),
        };
    }

    // A configuration that has never run names no nodes: corosync.conf does.
    private Cib WithNodes(Cib cib, CorosyncTimes? times)
    {
        if (!cib.Configuration.Nodes.IsEmpty)
            return cib;
        if (times is null or { Nodes.IsEmpty: true })
        {
            throw new CommandException(
                ExitCode.BadInput, $"{Name}: no nodes are configured, so nothing can be computed",
                "take it from a running cluster (cibadmin -Q, truce config show), or name its corosync.conf "
                    + "with --corosync-conf");
        }

        Node[] nodes = [.. times.Nodes.Select((n, i) =>
            new Node(new NodeUuid((i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new NodeId(n)))];
        return cib with { Configuration = cib.Configuration with { Nodes = [.. nodes] } };
    }

    private static CommandException Bad(string file, IEnumerable<Finding> findings) =>
        new(ExitCode.BadInput, $"{file} can't be used") { File = file,
            Findings = [.. findings.Select(FindingText.OnWire)] };
}
