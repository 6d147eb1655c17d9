using System.Collections.Immutable;
using Truce.Analysis.Importing;
using Truce.Analysis.WhatIf;

namespace Truce.Cli.Configuration;

/// <summary>What <c>config import --json</c> prints; fields are added, never renamed.</summary>
/// <param name="File">What was imported.</param>
/// <param name="Version">The configuration that it became; null: nothing was changed.</param>
/// <param name="TakenOver">What is as it was.</param>
/// <param name="Different">What isn't.</param>
/// <param name="Unsupported">What Truce refuses.</param>
/// <param name="Plan">What Truce would do on taking over; null: not known.</param>
/// <param name="PlanRemark">Why it isn't known, or what must be known about it.</param>
internal sealed record ImportJson(
    string File, long? Version, IReadOnlyList<ImportLineJson> TakenOver,
    IReadOnlyList<ImportLineJson> Different, IReadOnlyList<ImportLineJson> Unsupported,
    IReadOnlyList<PlannedStep>? Plan, string PlanRemark)
{
    /// <summary>A report.</summary>
    public static ImportJson Of(ImportReport report, long? version) => new(
        report.File, version, Lines(report, ImportVerdict.TakenOver), Lines(report, ImportVerdict.Different),
        Lines(report, ImportVerdict.Unsupported), report.Takeover.IsKnown ? report.Takeover.Steps : null,
        report.Takeover.Remark);

    private static ImmutableArray<ImportLineJson> Lines(ImportReport report, ImportVerdict verdict) =>
        [.. report.Of(verdict).Select(ImportLineJson.Of)];
}

/// <summary>One line of the report.</summary>
/// <param name="Id">What kind of line it is.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Element">The element.</param>
/// <param name="Message">What Truce does.</param>
/// <param name="Remedy">What to do; empty for what is taken over.</param>
/// <param name="Elements">The elements that it answers for.</param>
/// <param name="Attributes">The XML attributes that it answers for.</param>
internal sealed record ImportLineJson(
    string Id, int Line, int Column, string Element, string Message, string Remedy, int Elements,
    int Attributes)
{
    /// <summary>A line.</summary>
    public static ImportLineJson Of(ImportLine line) => new(
        line.Id, line.Line, line.Column, line.Element, line.Message, line.Remedy, line.Elements,
        line.Attributes);
}
