using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Which committed commands call for another plan (results are judged
/// where they are awaited).</summary>
internal static class Relevance
{
    /// <summary>Why a command matters to the plan; null: it doesn't.</summary>
    public static string? Of(Command command, AppliedEntry applied) => command switch
    {
        Command.Formed formed => $"view {formed.Epoch}",
        Command.NodeJoined joined => $"{joined.Node} has joined",
        Command.NodeLeft left => $"{left.Node} has left",
        Command.StoreTold => null,
        Command.StoreLeave leave => $"{leave.Node} leaves because its store fails",
        Command.GraceEnded ended => $"the controller of {ended.Node} is lost",
        Command.Suspected suspected => PhaseChanged(suspected.Node, applied) ? $"{suspected.Node} is stuck" : null,
        Command.Tick when StartSuspicion.IsOver(applied.Before, applied.After) =>
            "a wait for a lost node is over",
        Command.Tick or Command.PlanningEnded or Command.PlanBlocked => null,
        Command.ChangeConfiguration => applied.After.Configuration == applied.Before.Configuration
            ? null
            : "new configuration",
        Command.Ordered => null,
        Command.Withdrawn => null,
        Command.StateGivenUp => "a state was discarded",
        Command.Results => null,
        Command.SetTransient set when set.Name.StartsWith(Command.SetTransient.PrivatePrefix, StringComparison.Ordinal) => null,
        Command.SetTransient set => $"attribute {set.Name} of {set.Node}",
        Command.Forget forget => forget.OperationKey is null or Command.Forget.AnyOperation ? "cleanup" : null,
        Command.FenceAsked asked => asked.Intent.Cause is FenceCause.Requested ? "fencing by an operator" : null,
        Command.FenceAssigned => null,
        Command.FenceEnded ended => Ended(ended, applied),
        Command.FenceConfirmed confirmed => $"{confirmed.Node} is confirmed off",
        Command.RestartAsked restart => $"restart of {string.Join(", ", restart.Resources)}",
        Command.FenceReleased released => $"{released.Node} is released",
        Command.FencesRemembered or Command.FencePathsTried => null,
        Command.SetTicket set => $"ticket {set.Ticket}",
    };

    private static bool PhaseChanged(NodeId node, AppliedEntry applied) =>
        applied.Before.Member(node)?.Phase != applied.After.Member(node)?.Phase
        || applied.Before.Member(node)?.JoinedIndex != applied.After.Member(node)?.JoinedIndex;

    private static string? Ended(Command.FenceEnded ended, AppliedEntry applied)
    {
        FenceState? fence = applied.After.Fences.FirstOrDefault(f => f.Intent.Id == ended.FenceId);
        return fence is { IsOpen: false } ? $"fencing of {fence.Intent.Target} has ended" : null;
    }
}
