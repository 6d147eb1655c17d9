using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Setup;

/// <summary>What a node tells of itself so that another one can compare: nothing secret.</summary>
/// <param name="Node">Its name.</param>
/// <param name="File">Its corosync.conf, as text.</param>
/// <param name="KeyDigest">A digest of its key; empty: it has none.</param>
/// <param name="Corosync">Corosync's version.</param>
/// <param name="Truce">Truce's version.</param>
public sealed record NodeFacts(string Node, string File, string KeyDigest, string Corosync, string Truce);

/// <summary>Another node's facts, with what was learnt about its clock on the way.</summary>
/// <param name="Facts">The facts.</param>
/// <param name="Clock">How far its clock is ahead of this node's.</param>
public sealed record ComparedNode(NodeFacts Facts, ClockOffset Clock);

/// <summary>How far another clock is ahead of this one: between two bounds, as an answer takes
/// time.</summary>
/// <param name="Least">It is ahead by at least that.</param>
/// <param name="Most">It is ahead by at most that; null: nothing is known, as facts from a file may be
/// old.</param>
public readonly record struct ClockOffset(TimeSpan Least, TimeSpan? Most);

/// <summary>Compares nodes: what must be the same on all of them.</summary>
public static class ComparingRules
{
    /// <summary>More, and logs of the nodes can't be read side by side.</summary>
    private static readonly TimeSpan s_clockMax = TimeSpan.FromSeconds(1);

    /// <summary>What differs between this node and the others.</summary>
    public static IEnumerable<Finding> Look(NodeFacts own, ImmutableArray<ComparedNode> others)
    {
        ArgumentNullException.ThrowIfNull(own);
        List<Finding> found = [];
        List<CorosyncFile> files = [];
        foreach (NodeFacts facts in others.Select(o => o.Facts).Prepend(own))
        {
            string name = $"{facts.Node}:corosync.conf";
            if (CorosyncReader.Parse(facts.File, name) is CorosyncReadResult.Accepted accepted)
                files.Add(new CorosyncFile(name, accepted.Root));
            else if (CorosyncReader.Parse(facts.File, name) is CorosyncReadResult.Refused refused)
                found.AddRange(refused.Findings);
        }

        // A node with another list keeps the ring from settling: here it is more than a doubt.
        found.AddRange(CorosyncRules.Look(files).Where(f => f.Id == "corosync-files-differ")
            .Select(f => f with { Severity = Severity.Error }));
        foreach (ComparedNode other in others)
            found.AddRange(Pair(own, other));
        return found;
    }

    /// <summary>A node that couldn't be compared.</summary>
    public static Finding NotCompared(string node, string why) =>
        SetupFindings.NotCompared.At(node, 0, "node", why,
        "run there: truce cluster check --facts, and take its output here: truce cluster check --with FILE");

    // The protocol on the wire depends on the first number.
    private static Severity Gravity(string here, string there) =>
        here.Split('.')[0] == there.Split('.')[0] ? Severity.Warning : Severity.Error;

    private static IEnumerable<Finding> Pair(NodeFacts own, ComparedNode other)
    {
        NodeFacts facts = other.Facts;
        if (facts.KeyDigest != own.KeyDigest)
        {
            yield return SetupFindings.KeyDiffers.At(facts.Node, 0, "key",
                facts.KeyDigest.Length == 0 || own.KeyDigest.Length == 0
                    ? $"{(own.KeyDigest.Length == 0 ? own.Node : facts.Node)} has no key"
                    : $"not the key of {own.Node}",
                "copy authkey from the node that works, mode 0400, and restart corosync there");
        }

        foreach ((string what, string here, string there) in
            new[] { ("corosync", own.Corosync, facts.Corosync), ("truce", own.Truce, facts.Truce) })
        {
            if (here != there)
                yield return SetupFindings.Versions.At(facts.Node, 0, what,
                    $"{there}, and {here} on {own.Node}",
                    "install the same version on all nodes, one node after the other") with
                {
                    Severity = Gravity(here, there),
                };
        }

        if (Clock(own, other) is { } clock)
            yield return clock;
    }

    private static Finding? Clock(NodeFacts own, ComparedNode other)
    {
        (TimeSpan least, TimeSpan? most) = (other.Clock.Least, other.Clock.Most);
        string? message = least > s_clockMax ? $"at least {least.TotalSeconds:0.#} s ahead of {own.Node}"
            : most < -s_clockMax ? $"at least {-most.Value.TotalSeconds:0.#} s behind {own.Node}" : null;
        return message is null ? null : SetupFindings.ClocksDiffer.At(other.Facts.Node, 0, "clock", message,
            "synchronise both with the same time servers (chronyc tracking, timedatectl)");
    }
}
