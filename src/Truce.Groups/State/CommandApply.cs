using Truce.Model;

namespace Truce.Groups;

/// <summary>The effect of one committed command. Deterministic: the state and the command decide
/// alone.</summary>
internal static class CommandApply
{
    public static ApplyWork Apply(GroupsState state, GroupsCommand command, GroupsLimits limits)
    {
        ApplyWork work = new(state, limits);
        switch (command)
        {
            case GroupsCommand.Formed formed:
                ProofApply.Formed(work, formed);
                HostApply.Formed(work, formed);
                break;
            case GroupsCommand.Beat:
                break;
            case GroupsCommand.Open open:
                if (open.Lineage == state.Lineage)
                    work.State = state with { Phase = LineagePhase.Open };
                break;
            case GroupsCommand.ServerGone gone:
                ServerGone(work, gone.Server);
                HostApply.Follow(work);
                break;
            case GroupsCommand.ClientGone gone:
                ClientRemoval.Remove(work, c => c == gone.Client, RemovalCause.ClientFailed);
                break;
            case GroupsCommand.Proven(var proof):
                ProofApply.Proven(work, proof);
                HostApply.Follow(work);
                break;
            case GroupsCommand.Responsive told:
                ResponsivenessApply.Apply(work, told);
                break;
            case GroupsCommand.LinksTold told:
                HostApply.Reported(work, told);
                break;
            case GroupsCommand.Asked asked:
                if (state.Phase == LineagePhase.Open)
                    Admission.Take(work, asked.Client, asked.Request, asked.What);
                else
                    work.Refuse(asked.Client, asked.Request, RefusalCode.NotReady);
                break;
            case GroupsCommand.PhaseOver over:
                ProtocolRun.Expire(work, over);
                break;
        }

        return work;
    }

    private static void ServerGone(ApplyWork work, ServerId server)
    {
        // Of several servers that announce it, the first counts.
        if (work.State.Servers.Find(server) is null or { Presence: ServerPresence.Present })
            return;
        // Whether its node is proven off is known as long as it is.
        ClientRemoval.Remove(work, c => c.Server == server, RemovalCause.ServerFailed);
        work.State = work.State with { Servers = work.State.Servers.Remove(server) };
    }
}
