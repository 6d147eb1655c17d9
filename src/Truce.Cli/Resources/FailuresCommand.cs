using System.CommandLine;
using System.Globalization;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Resources;

/// <summary><c>truce resource failures</c>: each failure that the cluster remembers, in the agent's
/// words.</summary>
internal static class FailuresCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> resource = new Argument<string?>("RESOURCE")
        {
            Description = "Only its failures",
            Arity = ArgumentArity.ZeroOrOne,
        }.SuggestingResources(context);
        Command command =
            new("failures", "List failed operations: when, where, how, and what the agent said") { resource };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, true), c).ConfigureAwait(false);
            FailureJson[] all = [.. Read(now.Xml, parse.GetValue(resource))];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(all, CliJson.Indented.IReadOnlyListFailureJson);
            else
                Print(context.Output, all);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static IEnumerable<FailureJson> Read(string xml, string? resource)
    {
        IReadOnlyCollection<string>? only =
            resource is null ? null : ResourceCommand.Inside(CibDocument.Parse(xml), resource);
        if (CibReader.Parse(xml) is not CibReadResult.Accepted { Cib: var cib })
            throw new InvalidOperationException("the cluster's own configuration can't be read");
        return cib.Status.NodeStates
            .SelectMany(n => (n.History?.Resources ?? []).Select(h => (Node: n, History: h)))
            .Where(f => only is null || only.Any(id => InstanceNames.IsOf(f.History.Id.Value, id)))
            .Select(f => (f.Node, f.History, Failure: HistoryReading.Failure(f.History)))
            .Where(f => f.Failure is not null)
            .Select(f => Of(cib, f.Node, f.History, f.Failure!))
            .OrderByDescending(f => f.At).ThenBy(f => f.Resource, StringComparer.Ordinal);
    }

    private static FailureJson Of(Cib cib, NodeState node, ResourceHistory history,
        OperationRecord failure) => new(
        failure.LastRcChange is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
        history.Id.Value,
        cib.Configuration.Nodes.FirstOrDefault(n => n.Id == node.Id)?.Name.Value ?? node.Name?.Value
            ?? node.Id.Value,
        failure.Operation,
        failure.IntervalMs,
        failure.RcCode,
        OutcomeWords.Of((ExecutionStatus)failure.OpStatus, failure.RcCode),
        failure.ExitReason ?? "",
        HistoryReading.FailCount(node, history.Id.Value).ToString());

    private static void Print(TextWriter output, FailureJson[] all)
    {
        Table table = new("WHEN", "RESOURCE", "NODE", "OPERATION", "RESULT", "FAIL COUNT", "THE AGENT SAID");
        foreach (FailureJson one in all)
            table.Add(
                one.At is { } at
                    ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "-",
                one.Resource, one.Node, one.Operation, $"{one.Result} ({one.Code})", one.FailCount,
                one.Reason.Length > 0 ? one.Reason : "-");
        table.WriteTo(output);
        output.WriteLine(table.IsEmpty
            ? "no failures are remembered"
            : "to forget them, so that it is tried again: truce resource cleanup RESOURCE");
    }
}

/// <summary>What <c>resource failures --json</c> lists.</summary>
/// <param name="At">When; null: unknown.</param>
/// <param name="Resource">The resource instance.</param>
/// <param name="Node">Where.</param>
/// <param name="Operation">What failed.</param>
/// <param name="IntervalMs">The interval of a recurring operation; or 0.</param>
/// <param name="Code">The agent's exit code.</param>
/// <param name="Result">How it ended, in words.</param>
/// <param name="Reason">What the agent said; or empty.</param>
/// <param name="FailCount">Failures that count there.</param>
internal sealed record FailureJson(
    DateTimeOffset? At,
    string Resource,
    string Node,
    string Operation,
    long IntervalMs,
    int Code,
    string Result,
    string Reason,
    string FailCount);
