namespace Truce.Verify.Agents;

/// <summary>The test bench for agents: does it condemn what is broken, and only that.</summary>
internal static class AgentsRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
        [BrokenRow.Row, HungMountRow.Row, AgentMutantsRow.Row, RunTimeRow.Row, SurveyRow.Row];
}
