using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// The last phase of an expulsion: the expelled provider's own side deactivates it within the phase's limit,
/// and says whether it did. It can't prevent the expulsion.
/// </summary>
internal static class Deactivation
{
    /// <summary>The phase, and what its side is told; null: nothing is to be deactivated.</summary>
    public static (Protocol Protocol, NoticeBody Notice)? Of(Group group, Protocol approved)
    {
        if (approved.Proposals[0].Change is not Change.Expel expel
            || group.IsGoing(expel.Client)
            || group.View.Providers.FirstOrDefault(p => p.Client == expel.Client) is not
            { Deactivate.Length: > 0 } target)
            return null;
        Protocol next = approved with
        {
            Stage = ProtocolStage.Deactivating,
            Phase = approved.Phase + 1,
            Voters = [target.Client],
            Votes = default,
        };
        return (next, new NoticeBody.DeactivationAsked(
            next.Id, next.Phase, next.Limit, expel.Reason, target.Deactivate));
    }

    /// <summary>The protocol, with what became of the deactivation.</summary>
    public static Protocol Ended(Protocol running)
    {
        string became = Became(running.Votes.Values.FirstOrDefault());
        return running with
        {
            Proposals = running.Proposals.Select(p => p.Change is Change.Expel expel
                ? p with { Change = expel with { Deactivation = became } }
                : p).ToEquatableArray(),
        };
    }

    private static string Became(Vote? vote)
    {
        if (vote is null)
            return "nobody was there to do it";
        if (vote.Choice == VoteChoice.Approve)
            return "done";
        return vote.Reason.Length > 0 ? $"failed: {vote.Reason}" : "failed";
    }
}
