using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;

namespace Truce.Runtime.Controller;

/// <summary>What clients are shown of the times that were measured.</summary>
internal sealed class MeasuredView
{
    private const int ShownMax = 20;
    private ImmutableSortedDictionary<string, MeasuredTimes>? _judged;
    private ImmutableArray<SlowerOperationStatus> _slower = [];

    /// <summary>Operations that take more of their timeouts than they used to; judged anew only where
    /// something was measured since.</summary>
    public ImmutableArray<SlowerOperationStatus> Slower(ReplicatedState state)
    {
        if (!ReferenceEquals(_judged, state.Measured))
            (_judged, _slower) = (state.Measured, Judge(state.Measured));
        return _slower;
    }

    private static ImmutableArray<SlowerOperationStatus> Judge(
        ImmutableSortedDictionary<string, MeasuredTimes> measured) =>
    [
        .. measured.Values.Select(Trend.Of).OfType<SlowerOperation>()
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
