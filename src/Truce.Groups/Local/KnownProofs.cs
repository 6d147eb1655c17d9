using Truce.Model;

namespace Truce.Groups;

/// <summary>What this node's controller knows of boots that are over. What the servers wait for is submitted;
/// each takes its turn, so that it is submitted once.</summary>
internal sealed record KnownProofs
{
    /// <summary>By node, and since when it is known here.</summary>
    public EquatableMap<NodeId, KnownProof> Known { get; init; }

    /// <summary>The controller said: these, and no others.</summary>
    public KnownProofs Hear(EquatableArray<NodeProof> proofs, Instant now)
    {
        EquatableMap<NodeId, KnownProof> known = default;
        foreach (NodeProof proof in proofs)
        {
            Instant since = Known.Find(proof.Node) is { } before && before.Proof == proof ? before.Since
                : now;
            known = known.Set(proof.Node, new KnownProof(proof, since));
        }

        return new KnownProofs { Known = known };
    }

    /// <summary>Servers of these boots take part in a view: what was said of them is wrong, or old. Of a node
    /// that is back in a later boot, the earlier one is over, and no more than that.</summary>
    public KnownProofs Contradict(EquatableArray<ServerBoot> present)
    {
        EquatableMap<NodeId, KnownProof> known = Known;
        foreach (ServerBoot told in present)
        {
            if (known.Find(told.Server.Member.Node) is not { } old)
                continue;
            known = old.Proof.Boot == told.Boot
                ? known.Remove(old.Proof.Node)
                : known.Set(old.Proof.Node, old with { Proof = old.Proof with { Reach = ProofReach.Boot } });
        }

        return new KnownProofs { Known = known };
    }

    /// <summary>What is to be submitted; <paramref name="turn"/>: this server's delay behind the
    /// first.</summary>
    public IEnumerable<GroupsCommand> Due(GroupsState state, TimeSpan turn, Instant now) =>
        Known.Values.Where(k => now.Since(k.Since) >= turn && ProofApply.IsNews(state, k.Proof))
            .Select(k => new GroupsCommand.Proven(k.Proof));
}

/// <summary>A proof and since when it is known here.</summary>
internal sealed record KnownProof(NodeProof Proof, Instant Since);
