using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Runtime.Controller;

/// <summary>What clients are shown of the votes, and of nodes of which only the votes are known.</summary>
internal static class QuorumView
{
    /// <summary>The nodes, where there is no state that knows more of them.</summary>
    public static ImmutableArray<NodeStatus> Nodes(QuorumInfo? quorum) => quorum is null
        ? []
        : [.. quorum.Configured.Select(n => new NodeStatus(
            n.Key.Value, quorum.Nodes.Contains(n.Key) ? "pending" : "offline", "", "", 0, n.Value))];

    /// <summary>The votes; a quorum device's are among those present, and of
    /// all while it casts them.</summary>
    public static VoteStatus Votes(QuorumInfo? quorum) => quorum is null
        ? new VoteStatus(0, 0, 0)
        : new VoteStatus(quorum.Votes, quorum.Needed, Math.Max(quorum.Votes, quorum.Configured.Values.Sum()));

    /// <summary>Whether only nodes that were never seen since the engine's
    /// start keep it from quorum.</summary>
    public static bool IsHeldBack(QuorumInfo? quorum) =>
        quorum is { Quorate: false, WaitForAll: true } && quorum.Votes >= quorum.Needed;

    /// <summary>Nodes that quorum is held back for; empty: it isn't.</summary>
    public static ImmutableArray<string> NeverSeen(QuorumInfo? quorum) => IsHeldBack(quorum)
        ? [.. quorum!.Configured.Keys.Where(n => !quorum.Nodes.Contains(n)).Select(n => n.Value)]
        : [];

    /// <summary>What is waited for; empty: nothing.</summary>
    public static string Waits(QuorumInfo? quorum)
    {
        if (quorum is null or { Quorate: true })
            return "";
        NodeId[] missing = [.. quorum.Configured.Keys.Where(n => !quorum.Nodes.Contains(n))];
        string names = missing.Length == 0 ? "quorum" : string.Join(", ", missing);
        return IsHeldBack(quorum)
            ? $"{names}, not seen since this node booted (wait_for_all); do: boot it or, if it is certainly off, run "
                + $"truce fence confirm {(missing.Length == 1 ? names : "NODE")} --it-is-off"
            : names;
    }
}
