using System.Text.Json.Serialization;
using Truce.Analysis.Failover;

namespace Truce.Cli;

/// <summary>What <c>failover-time --json</c> lists; fields are added, never renamed. Without a
/// bound the times are null.</summary>
internal sealed record FailoverJson(
    string Resource,
    string Cause,
    [property: JsonPropertyName("worst_ms")] long? WorstMs,
    [property: JsonPropertyName("usual_ms")] long? UsualMs,
    IReadOnlyList<FailoverTermJson> Terms,
    string Verdict,
    string? Why,
    [property: JsonPropertyName("decision_ms")] long DecisionMs,
    [property: JsonPropertyName("promised_ms")] long? PromisedMs,
    double? Ratio,
    string? Dominant,
    string? From,
    string? To,
    string Sentence,
    FailoverChainJson? Chain,
    FailoverObjectiveJson? Objective)
{
    /// <summary>Recoveries that the cluster went through; null: none was measured.</summary>
    public FailoverMeasuredJson? Measured { get; init; }

    /// <summary>A bound as JSON.</summary>
    public static FailoverJson Of(FailoverBound bound)
    {
        (string verdict, string? why) = bound.Verdict switch
        {
            FailoverVerdict.Bounded => ("bounded", null),
            FailoverVerdict.Unaffected(var reason) => ("unaffected", (string?)reason),
            FailoverVerdict.Unbounded(var reason) => ("unbounded", reason),
        };
        return new FailoverJson(
            bound.Resource.Value, FailoverCauses.Word(bound.Cause), bound.WorstMs, bound.UsualMs,
            [.. bound.Terms.Select(t => new FailoverTermJson(t.Name, t.WorstMs, t.UsualMs, t.Count,
                t.Setting, FailoverWords.Worth(t.Kind)) { Basis = Word(t.Basis), Runs = t.Runs })],
            verdict, why, bound.DecisionMs, bound.PromisedMs,
            bound is { WorstMs: > 0, UsualMs: > 0 }
                ? Math.Round(bound.WorstMs.Value / (double)bound.UsualMs.Value, 2) : null,
            bound.Dominant?.Name, bound.From?.Value, bound.To?.Value, FailoverWords.Sentence(bound),
            bound.Chain is { } chain ? new FailoverChainJson([.. chain.Nodes.Select(n => n.Value)],
                chain.WorstMs, chain.End) : null,
            bound.Objective is { } o ? new FailoverObjectiveJson(o.ObjectiveMs, o.IsKept, o.Changes) : null)
        {
            Measured = bound.Measured is { } m ? FailoverMeasuredJson.Of(m) : null,
        };
    }

    private static string Word(UsualBasis basis) => basis switch
    {
        UsualBasis.Configured => "configured",
        UsualBasis.Assumed => "assumed",
        UsualBasis.Tested => "tested",
        UsualBasis.Recorded => "recorded",
        UsualBasis.Measured => "measured",
    };
}

/// <summary>An addend.</summary>
internal sealed record FailoverTermJson(
    string Name, [property: JsonPropertyName("worst_ms")] long WorstMs,
    [property: JsonPropertyName("usual_ms")] long UsualMs, int Count, string Setting, string Worth)
{
    /// <summary>What the usual time rests on: measured (by the cluster), recorded (of the last run), tested
    /// (a test of the agent), assumed, or configured.</summary>
    [JsonPropertyName("usual_basis")]
    public string Basis { get; init; } = "";

    /// <summary>How many runs were measured; 0 unless they were.</summary>
    [JsonPropertyName("usual_runs")]
    public int Runs { get; init; }
}

/// <summary>Recoveries from one cause, from their detection on.</summary>
internal sealed record FailoverMeasuredJson(
    int Recoveries,
    [property: JsonPropertyName("least_ms")] long LeastMs,
    [property: JsonPropertyName("median_ms")] long MedianMs,
    [property: JsonPropertyName("ninety_percent_ms")] long NinetyMs,
    [property: JsonPropertyName("most_ms")] long MostMs,
    [property: JsonPropertyName("bound_ms")] long? BoundMs)
{
    /// <summary>What was measured, as JSON.</summary>
    public static FailoverMeasuredJson Of(MeasuredRecovery measured) => new(
        measured.Spread.Runs, measured.Spread.LeastMs, measured.Spread.MedianMs, measured.Spread.NinetyMs,
        measured.Spread.MostMs, measured.BoundMs);
}

/// <summary>Where it goes if it fails again and again.</summary>
internal sealed record FailoverChainJson(IReadOnlyList<string> Nodes,
    [property: JsonPropertyName("worst_ms")] long WorstMs, string End);

/// <summary>What its owner wants.</summary>
internal sealed record FailoverObjectiveJson([property: JsonPropertyName("objective_ms")] long ObjectiveMs,
    bool Kept, IReadOnlyList<string> Changes);
