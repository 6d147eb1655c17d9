namespace Truce.Verify.Groups;

/// <summary>Group Services: one order, one holder, and no take-over before its time.</summary>
internal static class GroupsRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("protocol",
            "three servers in every order of events within the bound, and in random ones: all tests pass",
            () => TestsAsync("Truce.Groups.Tests", [])),
        GroupsWalks.Explore, GroupsWalks.Seeds,
        new("hostile", "malformed, flooding, deaf and unnamed clients: refused as documented, others served",
            HostileAsync),
        new("leaders", "workers in Python on three nodes, servers killed and stopped: never two leaders",
            () => TestsAsync("Truce.EndToEnd", ["-class", "Truce.EndToEnd.Scenarios.GroupServices"])),
        new("clients", "one conformance suite against the clients for .NET and for Python: all of it passes",
            () => TestsAsync(
                "Truce.Daemon.Tests", ["-class", "Truce.Daemon.Tests.GroupClients.ClientConformanceTests"])),
        new("proof",
            "a fenced claim, and a replicated service: no take-over before the failed node is proven off",
            () => TestsAsync("Truce.EndToEnd", ["-class", "Truce.EndToEnd.Scenarios.GroupProof"])),
        new("election", "an agent that elects by a claim: node, server and standby; never two work",
            () => TestsAsync("Truce.EndToEnd", ["-class", "Truce.EndToEnd.Scenarios.GroupElection"])),
        TakeOverRow.Row,
    ];

    private static async Task<RowResult> HostileAsync()
    {
        RowResult lines = await TestsAsync(
            "Truce.Runtime.Tests", ["-class", "Truce.Runtime.Tests.Groups.*"]).ConfigureAwait(false);
        RowResult sockets = await TestsAsync(
            "Truce.Daemon.Tests", ["-class", "Truce.Daemon.Tests.LineLinksTests"]).ConfigureAwait(false);
        return lines.Verdict != Verdict.Pass
            ? lines
            : sockets with { Figure = $"lines and servers: {lines.Figure}; sockets: {sockets.Figure}" };
    }

    private static async Task<RowResult> TestsAsync(string suite, IReadOnlyList<string> filter)
    {
        (Outcome outcome, _) = await new Suite(suite).RunAsync(filter).ConfigureAwait(false);
        if (outcome.Failures.Count > 0)
            return RowResult.If(false, $"{outcome}; first: {outcome.Failures[0].Name}");
        return outcome.Skips.Count > 0
            ? RowResult.Skip($"{outcome}; first: {outcome.Skips[0].Text}")
            : RowResult.If(outcome.Passed > 0, outcome.ToString());
    }
}
