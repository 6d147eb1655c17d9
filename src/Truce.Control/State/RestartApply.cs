using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Applies a request to restart active resources in place. The request is a mark in the history: a
/// restart digest that never matches, so the scheduler restarts the resource in place, with everything
/// that depends on it, as after a change of parameters. The stop replaces the marked records: nothing is
/// left behind, whatever dies in between.
/// </summary>
public static class RestartApply
{
    /// <summary>What stands in the place of a restart digest.</summary>
    public const string Mark = "restart-asked";

    /// <summary>Marks what is active; refused where nothing is.</summary>
    internal static (ReplicatedState State, CommandOutcome Outcome) Asked(
        ReplicatedState state, Command.RestartAsked asked, ApplyContext context)
    {
        int marked = 0;
        foreach (MemberState member in state.Members.Values.Where(m => asked.Node is null || m.Node == asked.Node))
        {
            if (HistoryReading.Node(state.Cib.Status, member.Uuid)?.History is not { } history
                || !history.Resources.Any(r => IsMeant(r, asked)))
            {
                continue;
            }

            marked++;
            state = state with
            {
                Cib = StatusEditing.Change(state.Cib, member.Uuid, member.Node, n => n with
                {
                    History = history with
                    {
                        Resources = history.Resources.Select(r => IsMeant(r, asked) ? Marked(r) : r).ToEquatableArray(),
                    },
                }),
            };
        }

        string what = string.Join(", ", asked.Resources);
        return marked == 0
            ? (state, new CommandOutcome.Refused(RefusalReason.BadInput, $"{what} isn't active: there is nothing to restart"))
            : (state.Tell(context.At, "restart-asked", $"{asked.By} requested a restart of {what}", asked.Node), CommandOutcome.Plain);
    }

    /// <summary>Whether a resource waits to be restarted.</summary>
    public static bool IsMarked(ResourceHistory history) => history.Operations.Any(o => o.OpRestartDigest == Mark);

    private static bool IsMeant(ResourceHistory history, Command.RestartAsked asked) =>
        asked.Resources.Any(r => InstanceNames.IsOf(history.Id.Value, r.Value))
            && HistoryReading.MayBeActive(history);

    private static ResourceHistory Marked(ResourceHistory history) => history with
    {
        Operations = history.Operations.Select(o => HistoryReading.IsFailure(o)
            ? o
            : o with { OpRestartDigest = Mark, OpForceRestart = null }).ToEquatableArray(),
    };
}
