using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// Proof of death, where a group or claim requires it. A boot of a node is over when the controllers have
/// committed that the node was fenced in it, or when the node is back in another boot. Until then, a
/// failed provider stays a member without a vote, and a failed holder's claim passes on to nobody.
/// </summary>
internal static class ProofApply
{
    /// <summary>A view: who is there, and in which boots.</summary>
    public static void Formed(ApplyWork work, GroupsCommand.Formed formed)
    {
        EquatableMap<ServerId, ServerStanding> servers = work.State.Servers;
        bool isFirst = servers.Count == 0;
        foreach (MapEntry<ServerId, ServerStanding> known in servers.Entries)
        {
            if (known.Value.Presence == ServerPresence.Present)
                servers = servers.Set(known.Key, known.Value with { Presence = ServerPresence.Lost });
        }

        foreach (ServerId present in formed.Participants)
        {
            string boot = formed.Boots.FirstOrDefault(b => b.Server == present)?.Boot ?? "";
            servers = Returned(servers, present.Member.Node, boot)
                .Set(present, new ServerStanding(ServerPresence.Present, boot));
        }

        work.State = work.State with { Servers = servers };
        // The lineage knows what has happened in it; what was before, only the nodes do.
        foreach (ServerBoot told in formed.Boots)
        {
            if (isFirst || work.State.Unheard.Contains(told.Server.Member.Node))
                Remember(work, told);
        }

        work.State = work.State with
        {
            Unheard = work.State.Unheard.RemoveAll(n =>
                !formed.Configured.Contains(n) || formed.Boots.Any(b => b.Server.Member.Node == n)),
        };
        foreach (ServerBoot told in formed.Boots.Where(b => b.Boot.Length > 0))
            Settle(work, told.Server.Member.Node, b => b != told.Boot, "the node has booted since");
    }

    /// <summary>A node is off in a boot.</summary>
    public static void Proven(ApplyWork work, NodeProof proof)
    {
        // A server of that boot speaks: the proof is wrong, or the node was cut off from something else.
        if (!IsNews(work.State, proof))
            return;
        if (proof.Reach == ProofReach.Node)
            work.State = work.State with { Unheard = work.State.Unheard.RemoveAll(n => n == proof.Node) };
        if (proof.Boot.Length == 0)
            return;
        EquatableMap<ServerId, ServerStanding> servers = work.State.Servers;
        foreach (MapEntry<ServerId, ServerStanding> known in servers.Entries.Where(s => Is(s, proof)))
            servers = servers.Set(known.Key, known.Value with { Presence = ServerPresence.Off });
        work.State = work.State with { Servers = servers };
        Settle(work, proof.Node, b => b == proof.Boot, proof.Evidence);
    }

    /// <summary>Whether something waits for a proof, and nothing contradicts it.</summary>
    public static bool IsNews(GroupsState state, NodeProof proof)
    {
        bool isUnheard = proof.Reach == ProofReach.Node && state.Unheard.Contains(proof.Node);
        if (proof.Boot.Length == 0)
            return isUnheard;
        List<ServerPresence> known =
            [.. state.Servers.Entries.Where(s => Is(s, proof)).Select(s => s.Value.Presence)];
        if (known.Contains(ServerPresence.Present))
            return false;
        return known.Contains(ServerPresence.Lost)
            || isUnheard
            || state.Debts.Any(d => d.Node == proof.Node && d.Boot == proof.Boot)
            || state.Groups.Values.Any(g => g.View.Held.Any(h =>
                ClientRemoval.NodeOf(h.Client) == proof.Node && h.Boot == proof.Boot))
            || state.Claims.Values.Any(c =>
                ClientRemoval.NodeOf(c.Holder) == proof.Node && c.AwaitedBoot == proof.Boot);
    }

    /// <summary>Whether what a failed client had has to wait for proof.</summary>
    public static bool IsAwaited(GroupsState state, ClientId client) =>
        state.Servers.Find(client.Server) is not { Presence: ServerPresence.Off };

    /// <summary>The boot in which a client acted.</summary>
    public static string BootOf(GroupsState state, ClientId client) =>
        state.Servers.Find(client.Server)?.Boot ?? "";

    /// <summary>Why the first can't enter a group or claim yet; null: it can. What was fenced before the
    /// servers lost their memory stays so until the nodes concerned are proven off, and which these are is
    /// known once every node was heard.</summary>
    public static RefusalCode? Objection(GroupsState state, string name, FenceDemand fence)
    {
        bool isOwed = state.Debts.Any(d => d.Name == name);
        return isOwed || (fence == FenceDemand.Required && !state.Unheard.IsEmpty)
            ? RefusalCode.Unproven
            : null;
    }

    // Its earlier boots are over. If it was proven off in this one, that was wrong.
    private static EquatableMap<ServerId, ServerStanding> Returned(
        EquatableMap<ServerId, ServerStanding> servers, NodeId node, string boot)
    {
        if (boot.Length == 0)
            return servers;
        foreach (MapEntry<ServerId, ServerStanding> known in servers.Entries)
        {
            if (known.Key.Member.Node != node
                || known.Value is { Presence: ServerPresence.Present } or { Boot: "" })
                continue;
            servers = servers.Set(known.Key, known.Value with
            {
                Presence = known.Value.Boot == boot ? ServerPresence.Lost : ServerPresence.Off,
            });
        }

        return servers;
    }

    private static void Remember(ApplyWork work, ServerBoot told) => work.State = work.State with
    {
        Debts = work.State.Debts
            .Concat(told.Owes.Select(n => new Debt(told.Server.Member.Node, told.Boot, n)))
            .Distinct().ToEquatableArray(),
    };

    private static void Settle(ApplyWork work, NodeId node, Predicate<string> isOver, string evidence)
    {
        work.State = work.State with
        {
            Debts = work.State.Debts.RemoveAll(d => d.Node == node && isOver(d.Boot)),
        };
        foreach (GroupName name in work.State.Groups.Keys.ToList())
        {
            if (work.Find(name) is { } group && group.View.Held.Any(IsProven))
                ClientRemoval.Release(work, name, IsProven, evidence);
        }

        ClaimApply.Proven(work, c => ClientRemoval.NodeOf(c.Holder) == node
            && c.AwaitedBoot is { Length: > 0 } boot && isOver(boot));

        bool IsProven(HeldRemoval held) =>
            ClientRemoval.NodeOf(held.Client) == node && held.Boot.Length > 0 && isOver(held.Boot);
    }

    private static bool Is(MapEntry<ServerId, ServerStanding> server, NodeProof proof) =>
        server.Key.Member.Node == proof.Node && server.Value.Boot == proof.Boot;
}
