using System.CommandLine;
using System.CommandLine.Completions;
using System.Xml.Linq;
using Truce.Agents.Finding;
using Truce.Cli.Agents;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Completing;

/// <summary>What shells are told that could come next.</summary>
internal static class Completions
{
    /// <summary>Nobody waits longer for a suggestion.</summary>
    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(1);

    /// <summary>Suggests fixed words.</summary>
    public static Argument<T> Suggesting<T>(this Argument<T> argument, IEnumerable<string> words)
    {
        string[] all = [.. words.Order(StringComparer.Ordinal)];
        return argument.SuggestedBy(asked => Items(asked, all));
    }

    /// <summary>Suggests the resources of the cluster.</summary>
    public static Argument<T> SuggestingResources<T>(this Argument<T> argument, CliContext context) =>
        argument.SuggestingFrom(context, d => d.Resources.Select(CibDocument.IdOf));

    /// <summary>Suggests the nodes of the cluster.</summary>
    public static Argument<T> SuggestingNodes<T>(this Argument<T> argument, CliContext context) =>
        argument.SuggestingFrom(context, d => d.Nodes.Select(n => (string?)n.Attribute("uname")));

    /// <summary>Suggests the constraints of the cluster.</summary>
    public static Argument<T> SuggestingConstraints<T>(this Argument<T> argument, CliContext context) =>
        argument.SuggestingFrom(context, d => d.Constraints.Select(CibDocument.IdOf));

    /// <summary>Suggests the groups of the cluster.</summary>
    public static Argument<T> SuggestingGroups<T>(this Argument<T> argument, CliContext context) =>
        argument.SuggestingFrom(context, d =>
            d.Resources.Where(r => r.Name.LocalName == "group").Select(CibDocument.IdOf));

    /// <summary>Suggests the resources of the cluster for an option.</summary>
    public static Option<T> SuggestingResources<T>(this Option<T> option, CliContext context)
    {
        option.CompletionSources.Add(asked =>
            Items(asked, Names(context, asked, d => d.Resources.Select(CibDocument.IdOf))));
        return option;
    }

    /// <summary>Suggests the agents of this machine.</summary>
    public static Argument<T> SuggestingAgents<T>(this Argument<T> argument, CliContext context) =>
        argument.SuggestedBy(asked => Items(
            asked, new AgentCatalog(NodeAgents.Settings(context)).List().Select(a => a.ToString())));

    /// <summary>Suggests names from the configuration of the cluster.</summary>
    public static Argument<T> SuggestingFrom<T>(
        this Argument<T> argument, CliContext context, Func<CibDocument, IEnumerable<string?>> names) =>
        argument.SuggestedBy(asked => Items(asked, Names(context, asked, names)));

    /// <summary>Suggests what a source gives. Help goes on to show the argument's name: it would show every
    /// suggestion otherwise, hundreds of agents or what the cluster at hand has.</summary>
    public static Argument<T> SuggestedBy<T>(
        this Argument<T> argument, Func<CompletionContext, IEnumerable<CompletionItem>> source)
    {
        argument.HelpName = argument.Name;
        argument.CompletionSources.Add(source);
        return argument;
    }

    private static IEnumerable<CompletionItem> Items(CompletionContext asked, IEnumerable<string> words) =>
        words.Where(w => w.StartsWith(asked.WordToComplete, StringComparison.Ordinal)).Select(w =>
            new CompletionItem(w));

    // The library asks for completions without waiting for any task.
    private static string[] Names(
        CliContext context, CompletionContext asked, Func<CibDocument, IEnumerable<string?>> names)
    {
        try
        {
            using CancellationTokenSource limit = new(s_answerMax);
            return [.. names(
                ReadAsync(context, asked.ParseResult,
                    limit.Token).GetAwaiter().GetResult()).OfType<string>()];
        }
        catch (Exception problem) when (problem is CommandException or OperationCanceledException)
        {
            return [];
        }
    }

    private static async Task<CibDocument> ReadAsync(CliContext context, ParseResult parse,
        CancellationToken cancel)
    {
        await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
        ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, false), cancel).ConfigureAwait(false);
        return CibDocument.Parse(now.Xml);
    }
}
