using System.Collections.Immutable;

namespace Truce.Control;

/// <summary>What became of the log in a step, in order.</summary>
internal abstract record LogNews
{
    private LogNews() { }

    /// <summary>A view is being agreed on, or can't do anything: nothing is ordered.</summary>
    public sealed record Suspended : LogNews;

    /// <summary>A view has begun: its first entry is there.</summary>
    public sealed record Opened : LogNews;

    /// <summary>This node goes on from another's state: what its executor has must be reported.</summary>
    public sealed record MustReport : LogNews;

    /// <summary>An entry was committed; receipts of its commands where it was this node's own.</summary>
    public sealed record Applied(AppliedEntry Entry, ImmutableArray<Receipt?> Receipts) : LogNews;

    /// <summary>An own command was dropped with the branch it was for.</summary>
    public sealed record Dropped(Receipt Receipt) : LogNews;
}
