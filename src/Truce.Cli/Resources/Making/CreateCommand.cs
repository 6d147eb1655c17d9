using System.CommandLine;
using Truce.Agents.Describing;
using Truce.Cli.Agents;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Resources.Making;

/// <summary><c>truce resource create</c>: a new resource, with what its agent's metadata suggests.</summary>
internal static class CreateCommand
{
    private sealed class Words
    {
        public required Argument<string> Id { get; init; }

        public required Argument<string> Agent { get; init; }

        public required Argument<string[]> Rest { get; init; }

        public required Option<string?> Group { get; init; }

        public Option<bool> Clone { get; } = new("--clone") { Description = "Run it on every node" };

        public Option<bool> Promotable { get; } =
            new("--promotable") { Description = "Run it on every node, and promote one instance" };

        public required Option<string?> After { get; init; }

        public required Option<string?> With { get; init; }

        public Option<bool> Disabled { get; } = new("--disabled") { Description = "Don't start it yet" };

        public Option<bool> Force { get; } = ParameterCommand.Force();

        public ChangeOptions Options { get; } = new();
    }

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Words words = Arguments(context);
        Command command = words.Options.AddTo(new Command("create", "Create a resource, and start it")
        {
            words.Id, words.Agent, words.Rest, words.Group, words.Clone, words.Promotable, words.After,
                words.With,
            words.Disabled, words.Force,
        });
        command.SetAction((parse, cancel) => context.OnClusterAsync(
            parse, (cluster, c) => RunAsync(context, parse, cluster, words, c), cancel));
        return command;
    }

    private static Words Arguments(CliContext context) => new()
    {
        Id = new Argument<string>("ID") { Description = "Its id" },
        Agent = new Argument<string>("AGENT")
        {
            Description = "ocf:PROVIDER:TYPE, systemd:UNIT, lsb:SCRIPT or stonith:AGENT",
        }.SuggestingAgents(context),
        Rest = new Argument<string[]>("NAME=VALUE")
        {
            Description = "Parameters; then op ACTION NAME=VALUE…, and meta NAME=VALUE…",
            Arity = ArgumentArity.ZeroOrMore,
        },
        Group = new Option<string?>("--group")
        {
            Description = "Make it the last member of this group, which is created if there is none",
            HelpName = "GROUP",
        }.SuggestingResources(context),
        After = new Option<string?>("--after")
        {
            Description = "Start it after this resource (in the same group: behind it)",
            HelpName = "RESOURCE",
        }.SuggestingResources(context),
        With = new Option<string?>("--with")
        {
            Description = "Run it only where this resource runs",
            HelpName = "RESOURCE",
        }.SuggestingResources(context),
    };

    private static async Task<ExitCode> RunAsync(
        CliContext context, ParseResult parse, ICluster cluster, Words words, CancellationToken cancel)
    {
        NewResource wanted = Read(parse, words);
        AgentMetadata? metadata =
            await AgentParameters.DescribeAsync(context, wanted.Agent, cancel).ConfigureAwait(false);
        if (metadata is not null && !parse.GetValue(words.Force))
        {
            AgentParameters.Check(wanted.Agent, metadata, wanted.Parameters);
            AgentParameters.Require(wanted.Agent, metadata, wanted.Parameters);
        }

        wanted = wanted with
        {
            Operations = SuggestedOperations.Complete(wanted.Operations, wanted.Agent, metadata, wanted.Form),
        };
        ChangeRun run = new(context, parse, cluster, words.Options);
        Change change = new($"resource create {wanted.Id} {wanted.Agent}", "", d => d.Create(wanted))
        {
            Lacking = now => parse.GetValue(words.Disabled) ? null : Absent(now, wanted.Id),
        };
        ClientReply.Done? done = await run.MakeAsync(change, cancel).ConfigureAwait(false);
        bool isWatched = done is not null && !words.Options.IsDryRun(parse) && !parse.GetValue(words.Disabled)
            && words.Options.Wait.Limit(parse) is not null;
        string where = isWatched ? await PlaceAsync(cluster, wanted.Id, cancel).ConfigureAwait(false) : "";
        run.Print($"{wanted.Id} is created{where}", done);
        return ExitCode.Done;
    }

    private static NewResource Read(ParseResult parse, Words words)
    {
        string id = parse.GetValue(words.Id)!;
        if (id.Contains('=', StringComparison.Ordinal))
            throw new CommandException(ExitCode.Usage, $"{id} is not an id",
                "truce resource create ID AGENT NAME=VALUE…");
        ResourceForm form = (parse.GetValue(words.Clone), parse.GetValue(words.Promotable)) switch
        {
            (_, true) => ResourceForm.Promotable,
            (true, false) => ResourceForm.Cloned,
            (false, false) => ResourceForm.Single,
        };
        if (form != ResourceForm.Single && parse.GetValue(words.Group) is not null)
            throw new CommandException(
                ExitCode.Usage, "--group excludes --clone and --promotable",
                    "create it in one of these forms");
        NewResource read =
            CreateWords.Read(id, parse.GetValue(words.Agent)!, parse.GetValue(words.Rest) ?? []);
        foreach (NamedValue meta in parse.GetValue(words.Force) ? [] : read.Meta)
            MetaCommand.Check(meta);
        return read with
        {
            Form = form,
            Meta = parse.GetValue(words.Disabled)
                ? [.. read.Meta, new NamedValue("target-role", "Stopped")]
                : read.Meta,
            Group = parse.GetValue(words.Group),
            After = parse.GetValue(words.After),
            With = parse.GetValue(words.With),
        };
    }

    // It was to start: where it runs now.
    private static async Task<string> PlaceAsync(ICluster cluster, string id, CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        string[] nodes = [.. status.NodesOf([id])];
        return nodes.Length > 0 ? $" and runs on {string.Join(", ", nodes)}" : "";
    }

    private static CommandException? Absent(ClusterStatusDocument status, string id)
    {
        if (status.NodesOf([id]).Any())
            return null;
        string reason = status.Resources.FirstOrDefault(r => r.Id == id && r.Reason.Length > 0)?.Reason
            ?? status.Holds.FirstOrDefault(h => h.Resource == id)?.Reason ?? "";
        return new CommandException(
            ExitCode.No, $"{id} is created, but doesn't run{(reason.Length > 0 ? $": {reason}" : "")}",
            $"see why: truce resource failures {id}, truce why {id}; to undo it: truce resource delete {id}");
    }
}
