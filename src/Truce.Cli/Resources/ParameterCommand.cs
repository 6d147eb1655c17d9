using System.CommandLine;
using Truce.Agents.Describing;
using Truce.Cli.Agents;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Model;

namespace Truce.Cli.Resources;

/// <summary><c>truce resource set</c> and <c>unset</c>: the parameters that a resource's agent
/// gets.</summary>
internal static class ParameterCommand
{
    private const string Parameters = "instance_attributes";

    /// <summary><c>resource set RESOURCE NAME=VALUE…</c>.</summary>
    public static Command Set(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string[]> words = new("NAME=VALUE")
        {
            Description = "Parameters and their values",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> force = Force();
        ChangeOptions options = new();
        Command command =
            options.AddTo(new Command("set", "Set parameters of RESOURCE") { resource, words, force });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            IReadOnlyList<NamedValue> wanted = NamedValues.Read(parse.GetValue(words)!);
            CibDocument now = await cluster.DocumentAsync(c).ConfigureAwait(false);
            if (!parse.GetValue(force))
                await CheckAsync(context, now, id, wanted, c).ConfigureAwait(false);
            string names = string.Join(' ', wanted.Select(w => w.Name));
            string shown =
                string.Join(' ', wanted.Select(w => $"{w.Name}={SecretNames.Shown(w.Name, w.Value)}"));
            return await new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource set {id} {names}", $"{id} has {shown}", d => wanted.EditEach(
                    w => d.SetPair(d.Primitive(id), Parameters, w.Name, w.Value))), c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    /// <summary><c>resource unset RESOURCE NAME…</c>.</summary>
    public static Command Unset(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string[]> names = new("NAME")
        {
            Description = "Parameters that are to have the agent's defaults again",
            Arity = ArgumentArity.OneOrMore,
        };
        ChangeOptions options = new();
        Command command =
            options.AddTo(new Command("unset", "Remove parameters of RESOURCE") { resource, names });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            string[] all = [.. parse.GetValue(names)!.Distinct()];
            CibDocument now = await cluster.DocumentAsync(c).ConfigureAwait(false);
            await CheckAsync(context, now, id,
                [.. all.Where(n => now.Primitive(id).Pair(Parameters, n) is null)
                .Select(n => new NamedValue(n, ""))], c).ConfigureAwait(false);
            string text = string.Join(' ', all);
            return await new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource unset {id} {text}", $"{id} has no {string.Join(" or ", all)}", d =>
                    all.EditEach(
                    n => d.Primitive(id).RemovePair(Parameters, n))), c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    /// <summary><c>--force</c>: what an agent's metadata doesn't have is taken as it is.</summary>
    public static Option<bool> Force() => new("--force")
    {
        Description = "Accept names and values that aren't known",
    };

    private static async Task CheckAsync(
        CliContext context, CibDocument now, string id, IReadOnlyCollection<NamedValue> given,
            CancellationToken cancel)
    {
        if (given.Count > 0 && now.AgentOf(now.Primitive(id)) is { } agent
            && await AgentParameters.DescribeAsync(context, agent,
                cancel).ConfigureAwait(false) is { } metadata)
            AgentParameters.Check(agent, metadata, given);
    }
}
