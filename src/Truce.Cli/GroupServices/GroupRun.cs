using System.CommandLine;
using System.Globalization;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary><c>truce group run</c>: a command as a member of a process group.</summary>
internal static class GroupRun
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> name = GroupsPlace.GroupArgument(context);
        Argument<string[]> words = new("COMMAND")
        {
            Description = "What runs as long as the membership lasts",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> instance = new("--instance")
        {
            Description = "What the others call it; default: the node's name",
            HelpName = "NAME",
        };
        Option<bool> lead = new("--lead") { Description = "Run COMMAND only once it is the first member" };
        Option<int> members = new("--members")
        {
            Description = "Run COMMAND only once there are N members",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        Option<string?> deactivate = new("--deactivate")
        {
            Description = "A shell command that runs here before it is expelled; then COMMAND is stopped, "
                + "and the others wait for both",
            HelpName = "SHELL_COMMAND",
        };
        HoldOptions options = new();
        Command command = options.AddTo(new Command("run", "Run a command as a member of a process group")
        {
            name, words, instance, lead, members, deactivate,
        });
        command.SetAction((parse, cancel) =>
        {
            HoldTerms terms = options.Read(parse, Patience.ForLease);
            Turn turn = new(
                parse.GetValue(name)!, parse.GetValue(instance),
                parse.GetValue(lead) ? TurnOf.First : TurnOf.Anybody, parse.GetValue(members), terms.Fence,
                parse.GetValue(deactivate) ?? "");
            return new Holding(
                context, parse, terms,
                (session, c) => EnterAsync(session, turn, c),
                (session, epoch, c) => ActAsync(session, turn, epoch, parse.GetValue(words)!, c),
                (session, c) => session.RequireAsync(id => new GroupsRequest.Goodbye(id, turn.Group), c))
                .RunAsync(cancel);
        });
        return command;
    }

    private enum TurnOf
    {
        Anybody,
        First,
    }

    private sealed record Turn(
        string Group, string? Instance, TurnOf Of, int Members, WireFence Fence, string Deactivate)
    {
        /// <summary>Null: whatever the group has.</summary>
        public WireAttributes? Settings => Fence == WireFence.None ? null : new WireAttributes(Fence: Fence);

        public bool HasCome(WireGroup now, string self) => now.Members.Length >= Members
            && (Of == TurnOf.Anybody
                ? now.Members.Any(m => m.Client == self)
                : now.Members[0].Client == self);
    }

    private static async Task<long> EnterAsync(GroupSession session, Turn turn, CancellationToken cancel)
    {
        await session.RequireAsync(
            id => new GroupsRequest.Join(
                id, turn.Group, turn.Instance ?? session.Node, turn.Settings, Deactivate: turn.Deactivate),
            cancel).ConfigureAwait(false);
        await foreach (GroupsReply told in session.Notices.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            if (told is GroupsReply.Changed changed && turn.HasCome(changed.Now, session.Client))
                return changed.Epoch;
        }

        throw new OperationCanceledException("the session is lost");
    }

    private static async Task<int?> ActAsync(
        GroupSession session, Turn turn, long epoch, string[] words, CancellationToken cancel)
    {
        using CancellationTokenSource ended = new();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Dictionary<string, string> environment = Environment(session, turn, epoch);
        Task<int?> running = KeptCommand.RunAsync(session, words, environment, either.Token);
        Deactivation deactivation = new(session, turn.Deactivate, environment, async () =>
        {
            await either.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        });
        Task<GroupsReply?> removed = RemovalAsync(session, turn, deactivation, ended.Token);
        await Task.WhenAny(removed, running).ConfigureAwait(false);
        bool isExpelled = deactivation.HasBegun || (removed.IsCompleted && !running.IsCompleted);
        if (isExpelled && await removed.ConfigureAwait(false) is not null)
        {
            // Expelled: it is no longer a member, though its session lives on.
            await either.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
            throw new CommandException(
                ExitCode.Refused, $"it was removed from {turn.Group} by another member, and was stopped");
        }

        int? code = await running.ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        return code;
    }

    // Null: the session or the command has ended first.
    private static async Task<GroupsReply?> RemovalAsync(
        GroupSession session, Turn turn, Deactivation deactivation, CancellationToken ended)
    {
        try
        {
            await foreach (GroupsReply told in session.Notices.ReadAllAsync(ended).ConfigureAwait(false))
            {
                if (told is GroupsReply.Changed changed && changed.Group == turn.Group
                    && changed.Now.Members.All(m => m.Client != session.Client))
                    return changed;
                if (told is GroupsReply.Deactivate asked && asked.Group == turn.Group)
                    deactivation.Begin(asked);
                // The others wait until it has said goodbye, or its node is proven off.
                if (told is GroupsReply.Unproven unproven && unproven.Group == turn.Group
                    && unproven.Changes.Any(c => c.Client == session.Client))
                    return unproven;
            }
        }
        catch (OperationCanceledException)
        {
            // Nothing is waited for any more.
        }

        return null;
    }

    private static Dictionary<string, string> Environment(GroupSession session, Turn turn, long epoch) =>
        new()
    {
        ["TRUCE_GROUP"] = turn.Group,
        ["TRUCE_EPOCH"] = epoch.ToString(CultureInfo.InvariantCulture),
        ["TRUCE_CLIENT"] = session.Client,
    };
}
