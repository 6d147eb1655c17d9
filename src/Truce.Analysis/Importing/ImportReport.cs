using System.Collections.Immutable;
using Truce.Analysis.WhatIf;

namespace Truce.Analysis.Importing;

/// <summary>What becomes of a part of a configuration that is imported.</summary>
public enum ImportVerdict
{
    /// <summary>It is in the imported configuration as it was, and means the same.</summary>
    TakenOver,

    /// <summary>It means something else in Truce, is written otherwise, or isn't taken over.</summary>
    Different,

    /// <summary>Truce refuses a configuration with it.</summary>
    Unsupported,
}

/// <summary>One line of the report: a place in the document, and what becomes of it.</summary>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Id">Stable and short: a kind of finding, or what importing alone has to say.</param>
/// <param name="Line">From 1; 0 where there is no place.</param>
/// <param name="Column">From 1; 0 where there is no place.</param>
/// <param name="Element">The element, as findings name it.</param>
/// <param name="Message">What Truce does.</param>
/// <param name="Remedy">What to do; <c>nothing</c> where nothing is needed; empty for what is taken
/// over.</param>
public sealed record ImportLine(
    ImportVerdict Verdict, string Id, int Line, int Column, string Element, string Message, string Remedy)
{
    /// <summary>The elements that this line answers for. Each element of the document is one
    /// line's.</summary>
    public int Elements { get; init; }

    /// <summary>The XML attributes that this line answers for. Each one of the document is one
    /// line's.</summary>
    public int Attributes { get; init; }
}

/// <summary>
/// What importing a document takes over, what differs, and what isn't supported, line by line. Nothing is
/// dropped in silence: every element and XML attribute of the document belongs to one line.
/// </summary>
/// <param name="File">The document's name.</param>
/// <param name="Lines">Taken over, different, unsupported; each in the order of the document.</param>
/// <param name="Xml">The configuration as Truce would load it; null: the document can't be read.</param>
/// <param name="Takeover">What Truce would do on taking over.</param>
public sealed record ImportReport(
    string File, ImmutableArray<ImportLine> Lines, string? Xml, TakeoverPlan Takeover)
{
    /// <summary>Whether Truce would accept the configuration.</summary>
    public bool IsAcceptable => Xml is not null && Of(ImportVerdict.Unsupported).IsEmpty;

    /// <summary>The lines of one verdict.</summary>
    public ImmutableArray<ImportLine> Of(ImportVerdict verdict) =>
        [.. Lines.Where(l => l.Verdict == verdict)];
}

/// <summary>What Truce would do, were it to take over from the state that the document describes.</summary>
/// <param name="Steps">In words, transition by transition; empty: nothing.</param>
/// <param name="Remark">Why there is no plan, or what must be known about it; empty: nothing.</param>
public sealed record TakeoverPlan(ImmutableArray<PlannedStep> Steps, string Remark)
{
    /// <summary>Whether a plan was made.</summary>
    public bool IsKnown { get; init; } = true;
}
