using Truce.Model;

namespace Truce.Groups;

/// <summary>What a group is after a protocol.</summary>
internal static class ProtocolResult
{
    public static GroupView Apply(GroupView view, Protocol protocol, Verdict verdict)
    {
        foreach (Proposal proposal in protocol.Proposals)
        {
            // Who is gone is gone, whatever the others vote.
            if (verdict == Verdict.Approved || proposal.Change is Change.Removal)
                view = Apply(view, proposal.Change);
        }

        return verdict == Verdict.Approved && protocol.Value is { } value ? WithValue(view, value) : view;
    }

    private static GroupView Apply(GroupView view, Change change) => change switch
    {
        Change.Join join => view with { Providers = view.Providers.Add(join.Provider) },
        Change.Leave leave => Without(view, leave.Client),
        Change.Removal removal => Without(view, removal.Client),
        // Where proof is required, it stays a member until there is some (ProtocolRun.End).
        Change.Expel expel => view.Attributes.Fence == FenceDemand.Required
            ? view
            : Without(view, expel.Client),
        Change.State state => WithValue(view, state.Value),
        Change.Attributes attributes => view with { Attributes = attributes.New },
        Change.Message => view,
    };

    private static GroupView Without(GroupView view, ClientId client) =>
        view with
        {
            Providers = view.Providers.RemoveAll(p => p.Client == client),
            Unresponsive = view.Unresponsive.RemoveAll(c => c == client),
        };

    private static GroupView WithValue(GroupView view, string value) =>
        view with { Value = value, Version = view.Version + 1 };
}
