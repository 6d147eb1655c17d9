using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Truce.Analysis.Failover;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli;

/// <summary><c>truce failover-time [FILE]</c>: how long the outage is, at worst and usually, and how long it
/// was. With a FILE it needs no cluster.</summary>
internal static class FailoverTimeCommand
{
    private const int DetailedMax = 3;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> file = new("FILE")
        {
            Description = "A CIB; - for standard input; by default that of the running cluster",
            Arity = ArgumentArity.ZeroOrOne,
        };
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
            FailoverInput input = new(context, parse.GetValue(file), parse.GetValue(corosync));
            FailoverRequest request = await input.ReadAsync(parse, cancel).ConfigureAwait(false);
            request = Narrowed(request, parse.GetValue(resource) ?? [], parse.GetValue(cause) ?? []);
            ImmutableArray<FailoverBound> bounds = FailoverTimes.Compute(request);
            await WriteFileAsync(parse.GetValue(svg), () => FailoverSvg.Document(bounds),
                cancel).ConfigureAwait(false);
            await WriteFileAsync(parse.GetValue(html), () =>
                FailoverHtml.Page(input.Name == "-" ? "cluster" : Path.GetFileName(input.Name), bounds),
                cancel).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson([.. bounds.Select(FailoverJson.Of)],
                    CliJson.Indented.IReadOnlyListFailoverJson);
            else
                Print(context.Output, bounds, request, input);
            return (int)(bounds.Any(b => b.Objective is { IsKept: false }) ? ExitCode.No : ExitCode.Done);
        });
        return context.Location.AddTo(command);
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
