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
        AgentTools,
        SplitsRow.Row,
        MemoryRow.Row,
    ];

    private static Row AgentTools => new(
        "agents-tools", "every call that the listed agents make is answered right",
        () => Task.FromResult(RowResult.Skip("the tools that agents call aren't there yet")));

    /// <summary>A size from the environment.</summary>
    public static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int n) ? n : otherwise;
}
