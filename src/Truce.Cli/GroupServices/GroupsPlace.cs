using System.CommandLine;
using System.CommandLine.Completions;
using Truce.Cli.Completing;
using Truce.Client;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>The node's server of Group Services: its socket lies beside the API's.</summary>
internal static class GroupsPlace
{
    /// <summary>Nobody waits longer for a suggestion.</summary>
    private static readonly TimeSpan s_suggestionMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks one question without a session, at the first server that answers.</summary>
    /// <exception cref="CommandException">None does, or it refuses.</exception>
    public static Task<T> LookAsync<T>(
        CliContext context, ParseResult parse, GroupsRequest question, CancellationToken cancel)
        where T : GroupsReply => FirstAsync(context, parse, async socket =>
        {
            using GroupsConnection connection =
                await GroupsConnection.ConnectAsync(socket, ConnectionUse.Look, cancel).ConfigureAwait(false);
            await connection.WriteAsync(question, cancel).ConfigureAwait(false);
            return await connection.ReadAsync(cancel).ConfigureAwait(false) switch
            {
                T answer => answer,
                GroupsReply.Answer refused => throw new GroupsRefusedException(
                    refused.Code ?? "", "not for this user"),
                GroupsReply other => throw new InvalidOperationException(other.GetType().Name),
            };
        });

    /// <summary>A session with this node's server, as soon as it gives one.</summary>
    /// <exception cref="CommandException">None answers, or it refuses.</exception>
    public static async Task<GroupSession> OpenAsync(
        CliContext context, ParseResult parse, GroupSessionOptions options, Patience patience,
        CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await FirstAsync(context, parse, s => GroupSession.OpenAsync(s, options, cancel))
                    .ConfigureAwait(false);
            }
            catch (CommandException e) when (MayPass(e, patience))
            {
                await Task.Delay(s_pause, context.Time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A refusal as the end of a command.</summary>
    public static CommandException Refusal(GroupsRefusedException refused) => refused.Code switch
    {
        "permission" => new CommandException(
            ExitCode.Refused, refused.Message,
            "run it as root or as a member of the group truce, or name it in truce.conf's groups_access"),
        "not-ready" => new CommandException(
            ExitCode.Refused, refused.Message, NotReadyRemedy),
        "held" or "rejected" or "unknown-group" => new CommandException(ExitCode.No, refused.Message),
        "out-of-bounds" => new CommandException(
            ExitCode.BadInput, refused.Message, "see the limits in docs/reference/groups-wire.md"),
        _ => new CommandException(ExitCode.Refused, refused.Message, "see docs/reference/groups-wire.md"),
    };

    /// <summary>A process group of the cluster.</summary>
    public static Argument<string> GroupArgument(CliContext context) =>
        Suggesting("The group", context, l => l.Groups.Select(g => g.Name));

    /// <summary>A claim of the cluster.</summary>
    public static Argument<string> ClaimArgument(CliContext context) =>
        Suggesting("The claim", context, l => l.Claims.Select(c => c.Name));

    private const string NotReadyRemedy =
        "wait until more than half of the nodes run and 12 s have passed since; truce group list shows it";

    private static bool MayPass(CommandException e, Patience patience) =>
        (e.Remedy == NotReadyRemedy && patience != Patience.None)
        || (e.Code == ExitCode.Unreachable && patience == Patience.ForServer);

    private static async Task<T> FirstAsync<T>(
        CliContext context, ParseResult parse, Func<string, Task<T>> ask)
    {
        string[] sockets = [.. context.Environment(GroupsSocket.Variable) is { } named
            ? [named]
            : context.Location.Candidates(parse, context).Select(GroupsSocket.Beside)];
        foreach (string socket in sockets)
        {
            try
            {
                return await ask(socket).ConfigureAwait(false);
            }
            catch (ClusterUnreachableException) when (socket != sockets[^1])
            {
                // The next one, then.
            }
            catch (ClusterUnreachableException gone)
            {
                throw Unreachable(gone);
            }
            catch (GroupsRefusedException refused)
            {
                throw Refusal(refused);
            }
        }

        throw new CommandException(
            ExitCode.Unreachable, "no cluster found",
            "start it (systemctl start truced; to try it: truce lab up), or name it with --socket PATH");
    }

    private static CommandException Unreachable(ClusterUnreachableException gone) =>
        gone.InnerException is System.Net.Sockets.SocketException
        {
            SocketErrorCode: System.Net.Sockets.SocketError.AccessDenied,
        }
            ? new CommandException(
                ExitCode.Refused, gone.Message, "run it as root, or as a member of the group truce")
            : new CommandException(
                ExitCode.Unreachable, gone.Message,
                "check that truced runs there, and groups = server in truce.conf");

    private static Argument<string> Suggesting(
        string what, CliContext context, Func<GroupsReply.Listed, IEnumerable<string>> names)
    {
        Argument<string> argument = new("NAME") { Description = what };
        return argument.SuggestedBy(asked => Names(context, asked, names)
            .Where(n => n.StartsWith(asked.WordToComplete, StringComparison.Ordinal))
            .Select(n => new CompletionItem(n)));
    }

    // The library asks for completions without waiting for any task.
    private static IEnumerable<string> Names(
        CliContext context, CompletionContext asked, Func<GroupsReply.Listed, IEnumerable<string>> names)
    {
        try
        {
            using CancellationTokenSource limit = new(s_suggestionMax);
            return names(LookAsync<GroupsReply.Listed>(
                context, asked.ParseResult, new GroupsRequest.List(1), limit.Token).GetAwaiter().GetResult());
        }
        catch (Exception problem) when (problem is CommandException or OperationCanceledException)
        {
            return [];
        }
    }
}

/// <summary>What to wait for before a session can be had.</summary>
internal enum Patience
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Until the server may give one.</summary>
    ForLease,

    /// <summary>That, and until a server answers.</summary>
    ForServer,
}
