using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// When a resource that fails again and again soon after its start is started once more: at once at first,
/// then after pauses that grow, so that a fault that persists doesn't keep the cluster, its log and its
/// history busy. Known only to the coordinator: another one starts counting again.
/// </summary>
internal sealed class RestartPauses
{
    /// <summary>Failures in a row after which the next start is still made at once.</summary>
    public const int AtOnceMax = 9;

    private const int RowsMax = 10_000;

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ResourceId, Row> _rows = [];

    /// <summary>A command is committed: results count; after an operator's
    /// action, counting starts over. </summary>
    public void Read(Command command, Instant now)
    {
        if (command is Command.Results results)
        {
            foreach (OperationResult result in results.Items)
                Heard(result, now);
        }
        else if (command is Command.ChangeConfiguration
            or Command.Forget { Resources.Count: 0, OperationKey: null })
        {
            _rows.Clear();
        }
        else if (command is Command.Forget { OperationKey: null } forget)
        {
            // An operator's: a fail count that expires (its key is any operation) has fixed nothing.
            foreach (ResourceId id in _rows.Keys.Where(k => forget.Resources.Any(r => IsOf(k, r))).ToArray())
                _rows.Remove(id);
        }
    }

    // A start that fails was never more than soon after one.
    private void Heard(OperationResult result, Instant now)
    {
        Row row = _rows.GetValueOrDefault(result.Resource);
        if (result.Operation == OperationNames.Start)
        {
            Put(result.Resource, result.IsExpected ? row with { StartedAt = now } : Failed(row, now));
        }
        else if (!result.IsExpected && row.StartedAt is { } started && IsOfStarted(result))
        {
            Put(result.Resource, Failed(now.Since(started) < s_soon ? row : row with { Failures = 0 }, now));
        }
    }

    /// <summary>Whether a start has to wait, or had to.</summary>
    public bool Holds(ResourceId resource) => _rows.GetValueOrDefault(resource).Failures > AtOnceMax;

    /// <summary>How long a start has to wait.</summary>
    public TimeSpan Left(ResourceId resource, Instant now)
    {
        if (!Holds(resource))
            return TimeSpan.Zero;
        Row row = _rows[resource];
        int doublings = Math.Min(row.Failures - AtOnceMax - 1, 10);
        TimeSpan pause = s_least * (1 << doublings);
        TimeSpan left = (pause > s_most ? s_most : pause) - now.Since(row.FailedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _rows.Clear();

    private static bool IsOf(ResourceId id, ResourceId resource) =>
        InstanceNames.IsOf(id.Value, resource.Value);

    private static bool IsOfStarted(OperationResult result) =>
        result.Operation is OperationNames.Monitor or OperationNames.Promote;

    private static Row Failed(Row row, Instant now) =>
        row with { Failures = row.Failures + 1, FailedAt = now };

    private void Put(ResourceId resource, Row row)
    {
        if (_rows.Count >= RowsMax && !_rows.ContainsKey(resource))
            _rows.Clear();
        _rows[resource] = row;
    }

    /// <param name="StartedAt">Its last start that succeeded; null: none.</param>
    /// <param name="Failures">How often in a row it has failed soon after its start.</param>
    /// <param name="FailedAt">The last time.</param>
    private readonly record struct Row(Instant? StartedAt, int Failures, Instant FailedAt);
}
