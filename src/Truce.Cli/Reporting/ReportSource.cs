namespace Truce.Cli.Reporting;

/// <summary>The time that a report is about.</summary>
internal readonly record struct ReportWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>One file of a report, and where it comes from. What goes wrong with one ends no other.</summary>
/// <param name="File">Its name in the archive.</param>
/// <param name="Origin">Where it comes from, for people: a file, a command line, the cluster.</param>
/// <param name="TakeAsync">Gets it.</param>
internal sealed record ReportSource(
    string File, string Origin, Func<CancellationToken, Task<ReportContent>> TakeAsync)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Names that begin so carry no secret in it, although they sound like it.</summary>
    public string Harmless { get; init; } = "";
}

/// <summary>What a source gave.</summary>
internal abstract record ReportContent
{
    private ReportContent() { }

    /// <summary>A text.</summary>
    /// <param name="Content">As it is; secrets are still in it.</param>
    /// <param name="LeftOut">How many bytes before it were left out.</param>
    /// <param name="Remark">What was odd about it; empty: nothing.</param>
    public sealed record Text(string Content, long LeftOut = 0, string Remark = "") : ReportContent
    {
        /// <summary>Leaves the content out.</summary>
        public override string ToString() => $"{Content.Length} characters";
    }

    /// <summary>A JSON document.</summary>
    public sealed record Json(byte[] Content) : ReportContent;

    /// <summary>It isn't there, and needn't be.</summary>
    public sealed record Absent(string Why) : ReportContent;

    /// <summary>It should be there.</summary>
    public sealed record Missing(string Why) : ReportContent;
}
