namespace Truce.Verify.Mutants;

/// <summary>Tests that would notice: mistakes planted in the code that decides.</summary>
internal static class MutantsRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        StandardRow.Of("Control"), StandardRow.Of("Runtime"), StandardRow.Of("Model"),
            StandardRow.Of("Scheduler"),
        SemanticRow.Row, TimeRow.Row,
    ];
}
