namespace Truce.Verify;

/// <summary>A cluster that fails over on one machine, from one command.</summary>
internal static class FailoverRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        MainJob.AsRoot,
        MainJob.AsOrdinaryUser,
        SuiteRows.Model,
        SuiteRows.Plans,
        SuiteRows.BadInput,
        RealFaults.Row,
        Database.Row,
        IdleNode.Row,
    ];
}
