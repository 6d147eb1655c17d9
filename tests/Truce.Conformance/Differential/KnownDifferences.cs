using Truce.Conformance.Differential.Generation;
using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>What Pacemaker itself decides otherwise since 2.1.5, so that a difference from it is no fault of ours.</summary>
internal static class KnownDifferences
{
    private static readonly (string Change, Func<GeneratedCluster, Answers, CaseResult, bool> Explains)[] s_changes = [];

    /// <summary>The change of version that explains the difference; null if none does.</summary>
    public static string? Find(GeneratedCluster cluster, Answers expected, CaseResult result) =>
        s_changes.FirstOrDefault(c => c.Explains(cluster, expected, result)).Change;
}
