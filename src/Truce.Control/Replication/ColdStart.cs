using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>The state that a cluster begins with, from one member's disk.</summary>
internal static class ColdStart
{
    /// <summary>What a restart invalidates (status, members, orders) isn't in it; its index starts over,
    /// and so does its lineage.</summary>
    public static Replica FromDisk(StoredFacts stored, ControlIdentity founder, Command.Formed formed)
    {
        ReplicatedState state = new()
        {
            Cluster = stored.Cluster.Length > 0 ? stored.Cluster : NewCluster(founder),
            Lineage = formed.Epoch.LineageAfter(stored.Lineage, [founder.Session]),
            FeatureLevel = FeatureLevels.Founding(stored, formed),
            Fences = [.. stored.Fences.Where(f => !f.IsOpen).OrderBy(f => f.Begin).TakeLast(ReplicatedState.FencesMax)],
            FencePaths = stored.FencePaths.Take(ReplicatedState.FencePathsMax)
                .ToImmutableSortedDictionary(p => (p.From, p.Device, p.Target), p => p),
            Measured = stored.Measured.Take(ReplicatedState.MeasuredMax)
                .ToImmutableSortedDictionary(m => m.Key, m => m, StringComparer.Ordinal),
            Events = [.. stored.Events.TakeLast(ReplicatedState.EventsMax)],
            LastEvent = stored.Events.Length > 0 ? stored.Events[^1].Index : 0,
        };
        if (stored.Configuration is { } version)
        {
            state = state with
            {
                Index = version.Place.Index,
                Cib = StateText.ReadCib(stored.ConfigurationXml, "stored configuration"),
                Configuration = version,
                Versions = History(stored, version),
            };
        }

        return new Replica(state, stored.Configuration?.Place.Epoch ?? default, "");
    }

    // Of several with one number the later one was the one that was committed.
    private static ImmutableArray<ConfigurationVersion> History(StoredFacts stored, ConfigurationVersion newest) =>
    [
        .. stored.Earlier.Where(v => v.Version < newest.Version).OrderByDescending(v => v.Place)
            .DistinctBy(v => v.Version).OrderByDescending(v => v.Version).Take(ReplicatedState.VersionsMax),
    ];

    private static string NewCluster(ControlIdentity founder)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(founder.Session + founder.Incarnation));
        return string.Create(
            CultureInfo.InvariantCulture, $"{founder.ClusterName}-{Convert.ToHexStringLower(hash.AsSpan(0, 6))}");
    }

    /// <summary>What only one disk remembers, and the cluster may lack.</summary>
    /// <param name="stored">What the disk holds.</param>
    /// <param name="acknowledged">Its configuration, if it was acknowledged and nobody else has it.</param>
    public static IEnumerable<Command> Remembered(StoredFacts stored, ConfigurationVersion? acknowledged)
    {
        if (acknowledged is { } version)
        {
            yield return new Command.ChangeConfiguration(
                stored.ConfigurationXml, null, version.Place, version.By, $"restored: {version.Comment}");
        }

        if (stored.Fences.Any(f => !f.IsOpen))
            yield return new Command.FencesRemembered(stored.Fences.Where(f => !f.IsOpen).ToEquatableArray());
    }
}
