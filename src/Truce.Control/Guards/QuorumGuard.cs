using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a partition may do by its votes.</summary>
public static class QuorumGuard
{
    /// <summary>Why nothing may be started or fenced; null: it may.</summary>
    public static string? Objection(ReplicatedState state)
    {
        if (state.View is not { } view)
            return "no view has been formed";
        if (!view.Quorate && !ControlOptions.IgnoresQuorum(state))
            return "this partition has no quorum";
        return Unseen(state, view) is not [var unseen, ..]
            ? null
            : $"a single vote is quorate here, and {unseen} hasn't been seen since this node booted: "
                + $"start it or, if it is certainly off, run truce fence confirm {unseen} --it-is-off";
    }

    /// <summary>Whether some node could be quorate alone.</summary>
    internal static bool IsOneVoteEnough(Command.Formed view) =>
        view.Votes.Count > 1 && view.Votes.Any(v => v.Votes >= view.Needed);

    // Where one vote can be quorate, each half of a split would be: a node that hasn't met its
    // peer since its own boot can't know whether the peer is running everything. Having met it,
    // or proof that it is off, is enough.
    private static NodeId[] Unseen(ReplicatedState state, Command.Formed view) => !IsOneVoteEnough(view)
        ? []
        : [.. view.Votes.Select(v => v.Node).Where(n => !state.Members.ContainsKey(n)).Order()];
}
