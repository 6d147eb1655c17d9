using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Truce.Analysis.Failover;
using Truce.Cli.Printing;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Xml;

namespace Truce.Cli;

/// <summary><c>truce failover-time FILE</c>: how long the outage is, at worst and
/// usually. It needs no cluster.</summary>
internal static class FailoverTimeCommand
{
    private const int DetailedMax = 3;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> file = new("FILE") { Description = "A CIB; - for standard input" };
        Option<string[]> resource = new(
            "--resource") { Description = "Only this resource and its members", HelpName = "ID" };
        Option<FailoverCause[]> cause = new("--cause") { Description = "Only this cause",
            HelpName = "CAUSE", CustomParser = ParseCauses, AllowMultipleArgumentsPerToken = false };
        Option<string?> corosync = new(
            "--corosync-conf") { Description = "Take token, consensus and votes from this corosync.conf",
            HelpName = "FILE" };
        Option<string?> svg = new("--svg") { Description = "Draw the worst cases over time",
            HelpName = "FILE" };
        Option<string?> html = new("--html") { Description = "Write a report on the whole cluster",
            HelpName = "FILE" };
        Command command = new("failover-time",
            "Compute how long an outage lasts, at worst and usually") { file, resource, cause,
            corosync, svg, html };
        command.SetAction(async (parse, cancel) =>
        {
            string name = parse.GetValue(file)!;
            FailoverInput input = new(context, name, parse.GetValue(corosync));
            FailoverRequest request = await input.ReadAsync(cancel).ConfigureAwait(false);
            request = Narrowed(request, parse.GetValue(resource) ?? [], parse.GetValue(cause) ?? []);
            ImmutableArray<FailoverBound> bounds = FailoverTimes.Compute(request);
            await WriteFileAsync(parse.GetValue(svg), () => FailoverSvg.Document(bounds),
                cancel).ConfigureAwait(false);
            await WriteFileAsync(parse.GetValue(html), () =>
                FailoverHtml.Page(name == "-" ? "cluster" : Path.GetFileName(name), bounds),
                cancel).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson([.. bounds.Select(FailoverJson.Of)],
                    CliJson.Indented.IReadOnlyListFailoverJson);
            else
                Print(context.Output, bounds, request, input);
            return (int)(bounds.Any(b => b.Objective is { IsKept: false }) ? ExitCode.No : ExitCode.Done);
        });
        return command;
    }

    private static FailoverRequest Narrowed(FailoverRequest request, string[] resources,
        FailoverCause[] causes)
    {
        ConfigurationIndex index = new(request.Cib.Configuration);
        foreach (string resource in resources.Where(r => index.Resource(new ResourceId(r)) is null))
            throw new CommandException(ExitCode.Usage, $"{resource}: no such resource",
                "use a resource of the configuration (truce config show)");
        return request with
        {
            Resources = [.. resources.Select(r => new ResourceId(r))],
            Causes = causes.Length == 0 ? FailoverCauses.All : [.. causes.Distinct()],
        };
    }

    private static FailoverCause[] ParseCauses(ArgumentResult result)
    {
        List<FailoverCause> causes = [];
        foreach (string word in result.Tokens.Select(t => t.Value))
        {
            if (FailoverCauses.Parse(word) is { } cause)
                causes.Add(cause);
            else
                result.AddError($"{word}: not a cause; write one of {string.Join(", ", FailoverCauses.All.Select(FailoverCauses.Word))}");
        }

        return [.. causes];
    }

    private static void Print(TextWriter output, ImmutableArray<FailoverBound> bounds,
        FailoverRequest request, FailoverInput input)
    {
        foreach (string assumption in input.Assumptions)
            output.WriteLine($"assumed: {assumption}");
        IGrouping<ResourceId, FailoverBound>[] resources = [.. bounds.GroupBy(b => b.Resource)];
        foreach (IGrouping<ResourceId, FailoverBound> resource in resources)
        {
            output.WriteLine(resource.Key);
            output.Write(FailoverText.Table([.. resource]));
            if (resources.Length <= DetailedMax || !request.Resources.IsEmpty)
                PrintDetails(output, resource);
        }

        output.Write(FailoverText.Objectives(bounds));
        if (resources.Length == 0)
            output.WriteLine("no resources are configured other than fence devices");
        else if (resources.Length > DetailedMax && request.Resources.IsEmpty)
            output.WriteLine("for terms, charts and sentences: --resource ID, or --html FILE for all resources");
    }

    private static void PrintDetails(TextWriter output, IEnumerable<FailoverBound> bounds)
    {
        foreach (FailoverBound bound in bounds)
        {
            output.WriteLine($"  {FailoverCauses.Word(bound.Cause)}");
            output.Write(FailoverText.Details(bound));
        }

        output.WriteLine();
    }

    private static async Task WriteFileAsync(string? file, Func<string> text, CancellationToken cancel)
    {
        if (file is null)
            return;
        try
        {
            await File.WriteAllTextAsync(file, text(), cancel).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadInput, $"{file}: {problem.Message}",
                "name a file that can be written");
        }
    }
}

/// <summary>What the computation rests on: a CIB, and perhaps a corosync.conf.</summary>
internal sealed class FailoverInput(CliContext context, string file, string? corosyncFile)
{
    private readonly List<string> _assumptions = [];

    /// <summary>What was assumed because nothing says it.</summary>
    public IReadOnlyList<string> Assumptions => _assumptions;

    /// <summary>Reads it.</summary>
    /// <exception cref="CommandException">It can't be read, or there is no node in it.</exception>
    public async Task<FailoverRequest> ReadAsync(CancellationToken cancel)
    {
        Cib cib = CibReader.Parse(await FileInput.ReadAsync(context, file, cancel).ConfigureAwait(false),
            file) switch
        {
            CibReadResult.Accepted accepted => accepted.Cib,
            CibReadResult.Refused refused => throw Bad(file, refused.Findings),
        };
        CorosyncTimes? times = corosyncFile is null ? null
            : await ReadCorosyncAsync(corosyncFile, cib, cancel).ConfigureAwait(false);
        cib = WithNodes(cib, times);
        int nodes = cib.Configuration.Nodes.Count(n => n.Type == NodeType.Member);
        if (times is null)
            _assumptions.Add($"Corosync's defaults for {nodes} nodes{(nodes == 2 ? ", two_node: 1" : "")} (override with --corosync-conf FILE)");
        _assumptions.Add("a usual duration of 1 s for every operation without a recorded one");
        return new FailoverRequest
        {
            Cib = cib,
            Now = cib.Header.ExecutionTime ?? context.Time.GetUtcNow(),
            Planner = context.Planner,
            Corosync = times,
        };
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
                ExitCode.BadInput, $"{file}: no nodes are configured, so nothing can be computed",
                "take it from a running cluster (cibadmin -Q, truce config show), or name its corosync.conf with --corosync-conf");
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
