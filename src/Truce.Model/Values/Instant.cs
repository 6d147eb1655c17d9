namespace Truce.Model;

/// <summary>
/// A point on this node's boot clock (CLOCK_BOOTTIME: monotone, counts
/// suspend). Never compared between nodes.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds since the node booted.</param>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The instant that lies <paramref name="span"/> later.</summary>
    public Instant Plus(TimeSpan span) => new(Nanoseconds + (span.Ticks * 100));

    /// <summary>How long after <paramref name="earlier"/> this is.</summary>
    public TimeSpan Since(Instant earlier) => new((Nanoseconds - earlier.Nanoseconds) / 100);

    /// <summary>The earliest of those that there are; null: there is none.</summary>
    public static Instant? Earliest(params ReadOnlySpan<Instant?> instants)
    {
        Instant? earliest = null;
        foreach (Instant? each in instants)
        {
            if (each is { } at && (earliest is not { } first || at.CompareTo(first) < 0))
                earliest = at;
        }

        return earliest;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Nanoseconds / 1_000_000}ms";
}
