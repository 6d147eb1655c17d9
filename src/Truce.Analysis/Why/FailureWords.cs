using System.Globalization;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>A failed operation in a sentence, with the agent's words.</summary>
internal sealed class FailureWords(Picture picture)
{
    /// <summary>The failure of that key on a node; the latest one of the resource there where none has
    /// it.</summary>
    public FailedOperation? Find(ResourceId resource, NodeId? node, string? key)
    {
        ResourceId history = picture.State(resource)?.HistoryId ?? resource;
        FailedOperation[] there =
        [
            .. picture.Plan.Current.Failures
                .Where(f =>
                    InstanceNames.Configured(f.Resource.Value) == InstanceNames.Configured(history.Value)
                    && (node is null || f.Node == node))
                .OrderBy(f => f.LastChange ?? 0),
        ];
        return there.LastOrDefault(f => f.OperationKey == key) ?? there.LastOrDefault();
    }

    /// <summary>For example: stopping it failed there at 21:58:57 (exit 1, "target is busy").</summary>
    public string Say(FailedOperation failure, string place)
    {
        bool late = failure.Status == (int)ExecutionStatus.TimedOut;
        string what = failure.Operation switch
        {
            OperationNames.Start => "starting it",
            OperationNames.Stop => "stopping it",
            OperationNames.Promote => "promoting it",
            OperationNames.Demote => "demoting it",
            OperationNames.MigrateTo or OperationNames.MigrateFrom => "migrating it",
            OperationNames.Monitor when failure.IntervalMilliseconds == 0 => "looking whether it runs",
            OperationNames.Monitor => "its monitor",
            var other => $"its {other}",
        };
        string at = failure.LastChange is { } when ? $" at {Time(when)}" : "";
        string how = How(failure);
        return $"{what} {(late ? "timed out" : "failed")} {place}{at}{(how.Length > 0 ? $" ({how})" : "")}";
    }

    private static string How(FailedOperation failure)
    {
        string said = failure.ExitReason.Length > 0 ? $"\"{failure.ExitReason.Trim()}\"" : "";
        return (ExecutionStatus)failure.Status switch
        {
            ExecutionStatus.TimedOut => said,
            ExecutionStatus.NotInstalled => said.Length > 0 ? said : "its agent isn't installed",
            ExecutionStatus.NotConnected => said.Length > 0 ? said : "nothing there could run it",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"exit {failure.ExitCode}, "
                    + $"{(said.Length > 0 ? said : OutcomeWords.OfCode(failure.ExitCode))}"),
        };
    }

    // In the zone of whoever asks; the day too where it isn't today.
    private string Time(long seconds)
    {
        DateTimeOffset now = picture.Options.Now;
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(seconds).ToOffset(now.Offset);
        return at.ToString(at.Date == now.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture);
    }
}
