using System.Collections.Immutable;
using System.Globalization;
using Truce.Analysis.WhatIf;

namespace Truce.Analysis.Importing;

/// <summary>The report for people: most important last, where a terminal shows it.</summary>
public static class ImportText
{
    /// <summary>Writes all of it.</summary>
    public static void Write(TextWriter output, ImportReport report)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(report);
        Section(output, report, ImportVerdict.TakenOver, "taken over");
        Section(output, report, ImportVerdict.Different, "different in Truce");
        Section(output, report, ImportVerdict.Unsupported, "not supported");
        Takeover(output, report.Takeover);
        output.Write($"{report.File}: {Counted(report, l => l.Elements, "element")}\n");
        output.Write($"{report.File}: {Counted(report, l => l.Attributes, "XML attribute")}\n");
    }

    private static void Section(TextWriter output, ImportReport report, ImportVerdict verdict, string title)
    {
        ImmutableArray<ImportLine> lines = report.Of(verdict);
        if (lines.IsEmpty)
            return;
        output.Write($"== {title}\n");
        foreach (ImportLine line in lines)
            output.Write($"{Of(line, report.File)}\n");
        output.Write('\n');
    }

    private static string Of(ImportLine line, string file) => string.Create(CultureInfo.InvariantCulture,
        $"{file}:{line.Line}:{line.Column}: {line.Element}: {line.Message}")
        + (line.Remedy.Length > 0 ? $"; do: {line.Remedy}" : "");

    private static void Takeover(TextWriter output, TakeoverPlan plan)
    {
        output.Write("== on taking over\n");
        if (!plan.IsKnown)
            output.Write($"not known: {plan.Remark}\n");
        else if (plan.Steps.IsEmpty)
            output.Write("would do nothing\n");
        foreach (PlannedStep step in plan.Steps)
            output.Write($"would {step}\n");
        if (plan is { IsKnown: true, Remark.Length: > 0 })
            output.Write($"{plan.Remark}\n");
        output.Write('\n');
    }

    private static string Counted(ImportReport report, Func<ImportLine, int> count, string what)
    {
        int Sum(ImportVerdict verdict) => report.Of(verdict).Sum(count);
        (int taken, int different, int refused) = (Sum(ImportVerdict.TakenOver),
            Sum(ImportVerdict.Different), Sum(ImportVerdict.Unsupported));
        int all = taken + different + refused;
        return string.Create(CultureInfo.InvariantCulture, $"{all} {what}{(all == 1 ? "" : "s")}: ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{taken} taken over, {different} different, {refused} not supported");
    }
}
