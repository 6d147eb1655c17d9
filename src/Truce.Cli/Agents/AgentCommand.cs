using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Cli.Printing;
using Truce.Model;
using Truce.Ports;

namespace Truce.Cli.Agents;

/// <summary><c>truce agent</c>: the agents of this machine. It needs no cluster.</summary>
internal static class AgentCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context) =>
        new("agent", "Agents on this machine: list, describe, run and test them")
    {
        List(context),
        Show(context),
        Run(context),
        AgentTestCommand.Create(context),
    };

    private static Command List(CliContext context)
    {
        Argument<string?> part = new("PATTERN") { Description = "Only names that contain this", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("list", "List OCF agents, fence agents, init scripts and systemd units") { part };
        command.SetAction(parse =>
        {
            string wanted = parse.GetValue(part) ?? "";
            IReadOnlyList<string> names = [.. new AgentCatalog(NodeAgents.Settings(context)).List()
                .Select(n => n.ToString())
                .Where(n => n.Contains(wanted, StringComparison.OrdinalIgnoreCase))];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(names, CliJson.Indented.IReadOnlyListString);
            foreach (string name in parse.GetValue(context.Json) ? [] : names)
                context.Output.WriteLine(name);
            return (int)(names.Count > 0 ? ExitCode.Done : ExitCode.No);
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        Argument<string> agent = AgentArgument();
        Option<bool> xml = new("--xml") { Description = "Print the agent's metadata as it is" };
        Command command = new("show", "Show what an agent does and which parameters it takes") { agent, xml };
        command.SetAction(async (parse, cancel) =>
        {
            AgentName name = Parse(parse.GetValue(agent)!);
            using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
            AgentDescription description =
                await new AgentDescriber(spawner, NodeAgents.Settings(context)).DescribeAsync(name, cancel).ConfigureAwait(false);
            foreach (MetadataFinding finding in description.Findings)
                context.Error.WriteLine(
                    (finding.Line > 0 ? $"{name}:{finding.Line}: " : "truce: ") + finding.Message);
            if (description.Metadata is not { } metadata)
            {
                context.Error.WriteLine("do: truce agent list shows the agents on this machine");
                return (int)ExitCode.BadInput;
            }

            if (parse.GetValue(xml))
                context.Output.WriteLine(description.Xml);
            else if (parse.GetValue(context.Json))
                context.Output.WriteJson(metadata, CliJson.Indented.AgentMetadata);
            else
                Print(context.Output, name, metadata);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Run(CliContext context)
    {
        Argument<string> agent = AgentArgument();
        Argument<string> action = new("ACTION") { Description = "start, stop, monitor, validate-all, …" };
        Argument<string[]> parameters = new("NAME=VALUE") { Description = "The agent's parameters", Arity = ArgumentArity.ZeroOrMore };
        Option<string> resource = new("--resource") { Description = "The resource id that the agent sees", HelpName = "ID", DefaultValueFactory = _ => "by-hand" };
        Option<TimeSpan?> timeout = new("--timeout")
        {
            Description = "Kill it after this: 90s, 10min [default: 60s]",
            HelpName = "LENGTH",
            CustomParser = result => Durations.ParseOption(result),
        };
        Command command = new("run", "Run one action of an agent here, as the cluster would") { agent, action, parameters, resource, timeout };
        command.SetAction(async (parse, cancel) =>
        {
            AgentName name = Parse(parse.GetValue(agent)!);
            OperationSpec operation = new(
                $"by-hand-{Guid.NewGuid():N}", name.Class == AgentName.Stonith ? AgentKind.Fence : AgentKind.Resource,
                parse.GetValue(resource)!, name.Class, name.Provider, name.Type, parse.GetValue(action)!,
                Pairs(parse.GetValue(parameters) ?? []), ImmutableSortedDictionary<string, string>.Empty,
                    (parse.GetValue(timeout) ?? TimeSpan.FromSeconds(60)), 0);
            OperationOutcome outcome = await RunAsync(context, operation, cancel).ConfigureAwait(false);
            Print(context, parse, outcome);
            return (int)CodeOf(outcome);
        });
        return command;
    }

    /// <summary>Runs an operation of an agent on this machine.</summary>
    public static async Task<OperationOutcome> RunAsync(CliContext context, OperationSpec operation, CancellationToken cancel)
    {
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
        return await new AgentRunner(spawner, NodeAgents.Settings(context)).RunAsync(operation, null, cancel).ConfigureAwait(false);
    }

    /// <summary>How a command ends that ran an operation.</summary>
    public static ExitCode CodeOf(OperationOutcome outcome) => outcome.Status switch
    {
        OperationStatus.Done => outcome.ReturnCode == 0 ? ExitCode.Done : ExitCode.No,
        OperationStatus.TimedOut or OperationStatus.Cancelled => ExitCode.TimedOut,
        OperationStatus.NotInstalled => ExitCode.BadInput,
        OperationStatus.Error => ExitCode.No,
    };

    /// <summary>Prints what an agent printed, and how it ended.</summary>
    public static void Print(CliContext context, ParseResult parse, OperationOutcome outcome)
    {
        if (parse.GetValue(context.Json))
        {
            context.Output.WriteJson(
                new AgentRunJson(outcome.Status.ToString(), outcome.ReturnCode, outcome.ExitReason, outcome.Output, (long)outcome.Duration.TotalMilliseconds),
                CliJson.Indented.AgentRunJson);
            return;
        }

        if (outcome.Output.Length > 0)
            context.Output.WriteLine(outcome.Output.TrimEnd());
        string reason = outcome.ExitReason.Length > 0 ? $": {outcome.ExitReason}" : "";
        string milliseconds = outcome.Duration.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
        context.Output.WriteLine($"{outcome.Status}, code {outcome.ReturnCode}, {milliseconds} ms{reason}");
    }

    private static void Print(TextWriter output, AgentName name, AgentMetadata metadata)
    {
        output.WriteLine($"{name}: {metadata.ShortDescription}");
        output.WriteLine();
        Table parameters = new("PARAMETER", "TYPE", "DEFAULT", "MEANING");
        foreach (AgentParameter p in metadata.Parameters.Where(p => !p.IsDeprecated))
            parameters.Add(p.IsRequired ? p.Name + " (required)" : p.Name, p.Type, p.Default ?? "-", p.ShortDescription.Trim());
        parameters.WriteTo(output);
        output.WriteLine();
        Table actions = new("ACTION", "TIMEOUT", "INTERVAL", "ROLE");
        foreach (AgentAction a in metadata.Actions)
            actions.Add(a.Name, Seconds(a.Timeout), Seconds(a.Interval), a.Role ?? "-");
        actions.WriteTo(output);
    }

    private static string Seconds(TimeSpan? length) =>
        length is { } l ? l.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s" : "-";

    private static Argument<string> AgentArgument() =>
        new("AGENT") { Description = "ocf:PROVIDER:TYPE, systemd:UNIT, lsb:SCRIPT or stonith:AGENT" };

    internal static AgentName Parse(string text) => AgentName.TryParse(text) ?? throw new CommandException(
        ExitCode.Usage, $"{text} is not an agent's name", "write ocf:PROVIDER:TYPE, systemd:UNIT, lsb:SCRIPT or stonith:AGENT; truce agent list shows them");

    internal static ImmutableSortedDictionary<string, string> Pairs(string[] words)
    {
        ImmutableSortedDictionary<string, string>.Builder pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string word in words)
        {
            string[] pair = word.Split('=', 2);
            if (pair.Length != 2 || pair[0].Length == 0)
                throw new CommandException(ExitCode.Usage, $"{pair[0]}: not NAME=VALUE", "write each parameter as NAME=VALUE");
            if (!pairs.TryAdd(pair[0], pair[1]))
                throw new CommandException(ExitCode.Usage, $"{pair[0]} comes twice", "give each parameter once");
        }

        return pairs.ToImmutable();
    }
}

/// <summary>What <c>agent run --json</c> prints.</summary>
internal sealed record AgentRunJson(string Status, int Code, string Reason, string Output, long DurationMs);
