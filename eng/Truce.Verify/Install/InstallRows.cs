namespace Truce.Verify.Install;

/// <summary>Truce installed as software is installed.</summary>
internal static class InstallRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } = [PackageRow.Row, PostgresqlRow.Row];
}
