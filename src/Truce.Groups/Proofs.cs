using Truce.Model;

namespace Truce.Groups;

/// <summary>What a server begins with.</summary>
/// <param name="Stamp">The wall clock at its start, in milliseconds.</param>
/// <param name="Boot">Its node's boot, as the controllers name it; empty: not known.</param>
/// <param name="Owes">What the last server of this boot had to keep
/// (<see cref="GroupsOutput.Keep"/>).</param>
public sealed record ServerLife(long Stamp, string Boot, EquatableArray<string> Owes);

/// <summary>What a participant of a view said of its node.</summary>
/// <param name="Server">The participant.</param>
/// <param name="Boot">Its node's boot; empty: not known.</param>
/// <param name="Owes">See <see cref="ServerLife"/>.</param>
public sealed record ServerBoot(ServerId Server, string Boot, EquatableArray<string> Owes);

/// <summary>A boot of a node is over.</summary>
/// <param name="Node">The node.</param>
/// <param name="Boot">The boot.</param>
/// <param name="Reach">What is known beyond it.</param>
/// <param name="Evidence">What proves it, for people.</param>
public sealed record NodeProof(NodeId Node, string Boot, ProofReach Reach, string Evidence);

/// <summary>What a proof says.</summary>
public enum ProofReach
{
    /// <summary>That boot is over.</summary>
    Boot,

    /// <summary>That boot is over, and the controllers know of no later one: the node is off.</summary>
    Node,
}

/// <summary>How fenced groups and claims are called where both are meant.</summary>
public static class FencedNames
{
    /// <summary>A group.</summary>
    public static string Of(GroupName group) => $"group {group}";

    /// <summary>A claim.</summary>
    public static string Of(ClaimName claim) => $"claim {claim}";

    /// <summary>What clients of a node's boot are in: while that boot isn't over, nobody may
    /// forget it.</summary>
    public static EquatableArray<string> OwedBy(GroupsState state, NodeId node, string boot)
    {
        return state.Groups.Entries.Where(g => IsIn(g.Value.View)).Select(g => Of(g.Key))
            .Concat(state.Claims.Entries.Where(c => IsHeld(c.Value)).Select(c => Of(c.Key)))
            .Concat(state.Debts.Where(d => d.Node == node && d.Boot == boot).Select(d => d.Name))
            .Distinct().ToEquatableArray();

        bool IsIn(GroupView view) =>
            (view.Attributes.Fence == FenceDemand.Required && view.Providers.Any(p => IsFrom(p.Client, null)))
            || view.Held.Any(h => IsFrom(h.Client, h.Boot));

        bool IsHeld(Claim claim) =>
            claim.Fence == FenceDemand.Required && IsFrom(claim.Holder, claim.AwaitedBoot);

        bool IsFrom(ClientId client, string? known) => ClientRemoval.NodeOf(client) == node
            && (known ?? ProofApply.BootOf(state, client)) == boot;
    }
}
