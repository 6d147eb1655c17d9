using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Applies what the coordinator says about its planning: every member's status shows it.</summary>
internal static class PlanningApply
{
    /// <summary>It failed, or works again.</summary>
    public static ReplicatedState Ended(ReplicatedState state, Command.PlanningEnded ended, ApplyContext context)
    {
        if (ended.Failure is not { } reason)
        {
            return state.Planning is null
                ? state
                : (state with { Planning = null }).Tell(context.At, "planning-works", "planning works again", ended.Node);
        }

        PlanningTrouble trouble = new(ended.Node, state.Planning?.Since ?? context.At, reason, ended.Attempts);
        bool isNews = state.Planning?.Reason != reason;
        state = state with { Planning = trouble };
        return isNews
            ? state.Tell(
                context.At, "planning-failed", $"planning fails: {reason}; it is retried, and nothing is started meanwhile",
                ended.Node)
            : state;
    }
}
