using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>
/// What fence devices said they can fence: asking takes seconds with some devices, and a shot can't wait for it.
/// </summary>
internal sealed class TargetListCache(TimeSpan lifetime)
{
    private const int DevicesMax = 256;
    private readonly Dictionary<string, (Instant At, OperationOrder Order, OperationOutcome Outcome)> _byDevice =
        new(StringComparer.Ordinal);

    public OperationOutcome? Find(OperationOrder order, Instant now) =>
        order.Action == "list" && _byDevice.TryGetValue(order.Resource, out var known)
            && now.Since(known.At) < lifetime && SameDevice(known.Order, order)
            ? known.Outcome
            : null;

    public void Keep(OperationOrder order, OperationOutcome outcome, Instant now)
    {
        if (order.Action != "list")
            return;
        if (outcome is { Status: OperationStatus.Done, ReturnCode: 0 } && _byDevice.Count < DevicesMax)
            _byDevice[order.Resource] = (now, order, outcome);
        else
            _byDevice.Remove(order.Resource);
    }

    private static bool SameDevice(OperationOrder one, OperationOrder other) =>
        one.Type == other.Type && one.Parameters.SequenceEqual(other.Parameters);
}
