using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a member says of itself.</summary>
internal static class HelloRule
{
    /// <summary>The facts as they are now.</summary>
    public static HelloFacts Facts(
        ControlIdentity self, StoredFacts stored, Replica? own, Replica? branch, QuorumInfo quorum)
    {
        int nodeVotes = quorum.Nodes.Sum(n => quorum.Configured.GetValueOrDefault(n));
        return new HelloFacts
        {
            Version = self.WireVersion,
            Node = self.Node,
            Uuid = self.Uuid,
            Session = self.Session,
            Incarnation = self.Incarnation,
            Cluster = own?.Committed.Cluster ?? stored.Cluster,
            Lineage = own?.Committed.Lineage ?? stored.Lineage,
            FeatureLevel = self.FeatureLevel,
            Running = own is not null,
            Aside = own is not null && QuarantineRules.IsAside(own.Committed),
            Standing = own?.Standing ?? default,
            TailHash = own?.TailHash ?? "",
            Branch = branch is null ? "" : $"{branch.Branch}|{branch.TailHash}",
            Durable = stored.Configuration?.Place ?? default,
            FreshStore = stored.Fresh,
            AwaitsSnapshot = stored.AwaitsSnapshot,
            Quorate = quorum.Quorate,
            // An engine can be quorate with fewer votes than it asks for (auto
            // tie-breaker): then all are needed.
            Needed = quorum.Quorate ? Math.Min(quorum.Needed, quorum.Votes) : quorum.Needed,
            ExtraVotes = Math.Max(0, quorum.Votes - nodeVotes),
            IsExclusive = quorum.Votes > nodeVotes || (quorum.Quorate && quorum.Votes < quorum.Needed),
            Votes = quorum.Configured.Select(c => new NodeVotes(c.Key, c.Value)).ToEquatableArray(),
            Heard = quorum.Nodes.ToEquatableArray(),
            WaitForAll = quorum.WaitForAll,
        };
    }

    /// <summary>Whether two words of the engine come to the same hello.</summary>
    public static bool IsSame(QuorumInfo a, QuorumInfo b) => a.Quorate == b.Quorate && a.Votes == b.Votes
        && a.Needed == b.Needed && a.Nodes.SequenceEqual(b.Nodes) && a.Configured.SequenceEqual(b.Configured);
}
