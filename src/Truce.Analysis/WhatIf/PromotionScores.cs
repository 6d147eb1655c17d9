using Truce.Analysis.Execution;
using Truce.Model;

namespace Truce.Analysis.WhatIf;

/// <summary>
/// Agents give the best promotion score to the instance that is promoted, or fit to be. It follows a
/// switchover, which paper doesn't see: there, the two nodes exchange their scores.
/// </summary>
public static class PromotionScores
{
    private const string Prefix = "master-";

    /// <summary>The cluster after a switchover, once the agents have spoken.</summary>
    /// <param name="cib">The cluster.</param>
    /// <param name="primitives">What is promoted.</param>
    /// <param name="from">The node that it was promoted on.</param>
    /// <param name="to">The node that it is promoted on now.</param>
    public static Cib Exchange(Cib cib, IEnumerable<string> primitives, string from, string to)
    {
        ArgumentNullException.ThrowIfNull(primitives);
        StatusDraft draft = new(cib);
        if (draft.Find(new NodeId(from)) is not { } one || draft.Find(new NodeId(to)) is not { } other)
            return cib;
        foreach (string name in primitives.Select(p => Prefix + p))
        {
            (string? first, string? second) = (one.Attribute(name), other.Attribute(name));
            Set(one, name, second);
            Set(other, name, first);
        }

        return draft.ToCib();
    }

    private static void Set(NodeDraft node, string name, string? score)
    {
        if (score is null)
            node.RemoveAttributes(a => a == name);
        else
            node.SetAttribute(name, score);
    }
}
