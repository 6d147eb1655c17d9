using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;

namespace Truce.Runtime.Controller;

/// <summary>What clients are shown of the paths by which nodes fence each other.</summary>
internal static class FencePathView
{
    private const int ShownMax = 50;

    /// <summary>How many are proven, and which aren't; null where there are none.</summary>
    public static FencePathsStatus? Make(ImmutableArray<FencePathState> paths)
    {
        if (paths.IsEmpty)
            return null;
        FencePathState[] unproven = [.. paths.Where(p => p.Knowledge != FencePathKnowledge.Proven)];
        return new FencePathsStatus(paths.Length, paths.Length - unproven.Length,
        [
            .. unproven.OrderByDescending(p =>
                p.Knowledge == FencePathKnowledge.Failed).Take(ShownMax).Select(p =>
                new FencePathStatus(
                    p.From.Value, p.Device.Value, p.Target.Value, Word(p.Knowledge), p.Last?.ProvenAt,
                    p.Last?.Failure ?? "")),
        ]);
    }

    private static string Word(FencePathKnowledge knowledge) => knowledge switch
    {
        FencePathKnowledge.Proven => "proven",
        FencePathKnowledge.Never => "never",
        FencePathKnowledge.Old => "old",
        FencePathKnowledge.Failed => "failed",
    };
}
