using Truce.Agents.Bench;

namespace Truce.Cli.Agents;

/// <summary>What <c>agent test --json</c> prints.</summary>
internal sealed record AgentTestJson(
    string Agent, string Path, bool Condemned, bool Started, long TookMs,
        IReadOnlyList<AgentTestCheckJson> Checks,
    IReadOnlyList<AgentTestTimeJson> Times, AgentTestCostJson? StopCost)
{
    /// <summary>The document of a report.</summary>
    public static AgentTestJson Of(BenchReport report) => new(
        report.Agent, report.Path, report.IsCondemned, report.CouldStart, Milliseconds(report.Took),
        [.. report.Results.Select(r => new AgentTestCheckJson(
            r.Check, r.Promise.ToString(), r.Title, r.Verdict.ToString(),
            [.. r.Evidence.Select(e => new AgentTestEvidenceJson(
                e.Verdict.ToString(), e.What, e.Place?.File, e.Place?.Line, e.Place?.Text))],
            r.Fix, Milliseconds(r.Took)))],
        [.. report.Times.Select(t => new AgentTestTimeJson(
            t.Name, t.Action, t.Load, t.Runs, Milliseconds(t.Least), Milliseconds(t.Median),
            Milliseconds(t.Most), (long?)t.Advertised?.TotalMilliseconds,
                (long?)t.Configured?.TotalMilliseconds,
            Milliseconds(t.Recommended)))],
        report.StopCost is { } c
            ? new AgentTestCostJson(c.Programs, c.Processes, c.SystemCalls, Milliseconds(c.Took)) : null);

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}

/// <summary>A check.</summary>
internal sealed record AgentTestCheckJson(
    string Check, string Promise, string Title, string Verdict, IReadOnlyList<AgentTestEvidenceJson> Evidence,
    string Fix, long TookMs);

/// <summary>What was seen.</summary>
internal sealed record AgentTestEvidenceJson(string Verdict, string What, string? File, int? Line,
    string? Text);

/// <summary>How long an action takes.</summary>
internal sealed record AgentTestTimeJson(
    string Name, string Action, string Load, int Runs, long LeastMs, long MedianMs, long MostMs,
    long? AdvertisedMs, long? ConfiguredMs, long RecommendedMs);

/// <summary>What a stop of something stopped costs.</summary>
internal sealed record AgentTestCostJson(int Programs, int Processes, long? SystemCalls, long TookMs);
