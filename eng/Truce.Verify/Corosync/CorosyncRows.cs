using System.Globalization;

namespace Truce.Verify.Corosync;

/// <summary>Several hosts, Corosync, splits that heal.</summary>
internal static class CorosyncRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        ContractRow.Row,
        NodeDeathRow.Row,
        StopFailureRow.Row,
        HundredRow.Flat,
        HundredRow.Grouped,
        AgentToolsRow.Row,
        SplitsRow.Row,
        MemoryRow.Row,
    ];

    /// <summary>A size from the environment.</summary>
    public static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int n) ? n
            : otherwise;
}
