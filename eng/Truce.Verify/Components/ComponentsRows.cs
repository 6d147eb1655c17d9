namespace Truce.Verify.Components;

/// <summary>Any core process may die or hang, at any moment (promise S8).</summary>
internal static class ComponentsRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } = [MatrixRow.Row, PoliciesRow.Row];
}
