using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>What a history says, as far as it is beyond doubt.</summary>
internal enum CheckedActivity
{
    /// <summary>Nothing, or nothing that is sure.</summary>
    None,

    /// <summary>Certainly not active.</summary>
    Inactive,

    /// <summary>Certainly active.</summary>
    Active,
}

/// <summary>Reads one resource's history on one node.</summary>
internal static class CheckedHistory
{
    /// <summary>What the latest of its operations says.</summary>
    public static CheckedActivity Activity(ResourceHistory history)
    {
        CheckedActivity activity = CheckedActivity.None;
        foreach (OperationRecord record in history.Operations.OrderBy(o => o.CallId))
        {
            // A pending operation leaves everything open, and so does a failed one.
            if (record.CallId < 0 || record.OpStatus == (int)ExecutionStatus.Pending)
                return CheckedActivity.None;
            activity = After(record, activity);
        }

        return activity;
    }

    private static CheckedActivity After(OperationRecord record, CheckedActivity before) =>
        (record.Operation, record.RcCode) switch
        {
            (OperationNames.Start or OperationNames.Promote or OperationNames.Demote
                or OperationNames.MigrateFrom, 0) => CheckedActivity.Active,
            (OperationNames.Stop or OperationNames.MigrateTo, 0) => CheckedActivity.Inactive,
            (OperationNames.Monitor, 0 or 8) => CheckedActivity.Active,
            (OperationNames.Monitor, 7) => record.IntervalMs == 0 ? CheckedActivity.Inactive
                : CheckedActivity.None,
            (OperationNames.Start or OperationNames.Promote or OperationNames.Demote
                or OperationNames.MigrateFrom or OperationNames.Stop or OperationNames.MigrateTo
                or OperationNames.Monitor, _) =>
                CheckedActivity.None,
            _ => before,
        };
}
