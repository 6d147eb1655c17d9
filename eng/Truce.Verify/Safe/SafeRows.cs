namespace Truce.Verify.Safe;

/// <summary>No configuration, no user and no file takes the cluster down.</summary>
internal static class SafeRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        MemoryRow.Row,
        FloodRow.Row,
        .. GateRows.All,
        FieldCasesRow.Row,
        SecretsRow.Row,
        StoreRow.Row,
        EndsRow.Row,
        .. FuzzRow.All,
    ];
}
