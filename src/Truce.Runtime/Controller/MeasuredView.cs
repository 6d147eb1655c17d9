using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;

namespace Truce.Runtime.Controller;

/// <summary>What clients are shown of the times that were measured.</summary>
internal static class MeasuredView
{
    private const int ShownMax = 20;

    /// <summary>Operations that take more of their timeouts than they used to.</summary>
    public static ImmutableArray<SlowerOperationStatus> Slower(ReplicatedState state) =>
    [
        .. state.Measured.Values.Select(Trend.Of).OfType<SlowerOperation>()
            .OrderByDescending(s => s.LimitMs > 0 ? (double)s.LongestMs / s.LimitMs : 0)
            .ThenBy(s => s.Resource).Take(ShownMax)
            .Select(s => new SlowerOperationStatus(
                s.Resource.Value, s.Operation, s.LongestMs, s.UsualMs, s.LimitMs,
                $"{s}; do: find out why, or raise its timeout; truce resource cleanup {s.Resource} accepts "
                    + "it as usual")),
    ];

    /// <summary>A CIB with all that was measured in its status.</summary>
    public static Cib With(Cib cib, ReplicatedState state) => cib with
    {
        Status = cib.Status with { Measured = [.. state.Measured.Values] },
    };
}
