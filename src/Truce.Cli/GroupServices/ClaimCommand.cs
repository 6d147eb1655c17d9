using System.CommandLine;
using System.Globalization;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary><c>truce claim</c>: one holder in the cluster, with an epoch that grows with each.</summary>
internal static class ClaimCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> name = GroupsPlace.ClaimArgument(context);
        Argument<string[]> words = new("COMMAND")
        {
            Description = "What runs while the claim is held; without it, it is held until this is ended",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> noWait = new("--no-wait")
        {
            Description = "Exit code 1 if another holds it, instead of waiting in line",
        };
        HoldOptions options = new();
        Command command = options.AddTo(
            new Command("claim", "Be the one holder of a claim, for as long as a command runs")
        {
            name, words, noWait,
        });
        command.SetAction((parse, cancel) => RunAsync(
            context, parse, parse.GetValue(name)!, parse.GetValue(words) ?? [],
            parse.GetValue(noWait) ? WirePatience.Refuse : WirePatience.Wait, options, cancel));
        return context.Location.AddTo(command);
    }

    private static Task<int> RunAsync(
        CliContext context, ParseResult parse, string name, string[] words, WirePatience patience,
        HoldOptions options, CancellationToken cancel)
    {
        HoldTerms terms = options.Read(
            parse, patience == WirePatience.Wait ? Patience.ForLease : Patience.None);
        return new Holding(
            context, parse, terms,
            (session, c) => session.RequireAsync(
                id => new GroupsRequest.Claim(id, name, patience, terms.Fence), c),
            (session, epoch, c) => words.Length == 0
                ? HoldAsync(context, parse, session, name, epoch, c)
                : KeptCommand.RunAsync(session, words, Environment(session, name, epoch), c),
            terms.Fence == WireFence.None
                ? null
                : (session, c) => session.RequireAsync(id => new GroupsRequest.Release(id, name), c))
            .RunAsync(cancel);
    }

    private static Dictionary<string, string> Environment(GroupSession session, string name, long epoch) =>
        new()
    {
        ["TRUCE_CLAIM"] = name,
        ["TRUCE_EPOCH"] = epoch.ToString(CultureInfo.InvariantCulture),
        ["TRUCE_CLIENT"] = session.Client,
    };

    private static async Task<int?> HoldAsync(
        CliContext context, ParseResult parse, GroupSession session, string name, long epoch,
        CancellationToken cancel)
    {
        await context.Output.WriteLineAsync(
            parse.GetValue(context.Json)
                ? GroupsWire.Text(new GroupsReply.Answer(1, WireResult.Done, epoch))
                : string.Create(CultureInfo.InvariantCulture, $"{name} is held, epoch {epoch}"))
                    .ConfigureAwait(false);
        await context.Output.FlushAsync(cancel).ConfigureAwait(false);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(cancel, session.Lost, context.OutputEnded);
        TaskCompletionSource ended = new();
        using CancellationTokenRegistration end = either.Token.Register(ended.SetResult);
        await ended.Task.ConfigureAwait(false);
        return cancel.IsCancellationRequested || session.Loss is null ? (int)ExitCode.Done : null;
    }
}
