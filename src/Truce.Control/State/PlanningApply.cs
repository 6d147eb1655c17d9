using Truce.Model;
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

    /// <summary>What the plan wants done and can't do is another than before.</summary>
    public static ReplicatedState Blocked(
        ReplicatedState state, Command.PlanBlocked blocked, ApplyContext context)
    {
        EquatableArray<BlockedStep> before = state.Blocked;
        state = state with { Blocked = blocked.Steps };
        foreach (BlockedStep step in blocked.Steps.Where(s => !before.Contains(s)))
        {
            string why = step.Reason.Length > 0 ? $": {step.Reason}" : "";
            state = state.Tell(
                context.At, "blocked", $"{step.Action} of {step.Resource} on {step.Node} can't be done{why}",
                step.Node, step.Resource);
        }

        return state;
    }
}
