namespace Truce.Verify.Everyday;

/// <summary>What an administrator meets every day.</summary>
internal static class EverydayRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
        [TasksRow.Row, DocumentationRow.Row, FailuresRow.Row, WhyRow.Row, RulesRow.Row, FieldReasonsRow.Row,
            PicturesRow.Row];
}
