using Truce.Conformance.Differential.Generation;
using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>How the two answers to one made-up cluster compare.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Expected">Debian's answer.</param>
/// <param name="Result">Ours, judged.</param>
/// <param name="Known">The change of version that explains a difference; null where there is none.</param>
internal sealed record SeedResult(GeneratedCluster Cluster, Answers Expected, CaseResult Result, string? Known)
{
    /// <summary>The levels that are compared.</summary>
    public static IReadOnlyList<Level> Compared { get; } = [Level.L1, Level.L2d, Level.L3, Level.L4];

    /// <summary>Whether Debian gave an answer at all.</summary>
    public bool IsAnswered => Expected.Graph is not null;

    /// <summary>Whether the answers are the same at a level.</summary>
    public bool Equal(Level level) => Result.Levels.GetValueOrDefault(level);
}
