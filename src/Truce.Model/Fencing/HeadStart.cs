using System.Globalization;

namespace Truce.Model.Fencing;

/// <summary>One side of a split of two equals.</summary>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Votes">Their votes.</param>
/// <param name="Priority">The priority of what runs there.</param>
/// <param name="Delay">How long the configured devices hold back shots at it at least.</param>
/// <param name="DelayMax">How long at most (pcmk_delay_max).</param>
public sealed record SplitSide(
    EquatableArray<NodeId> Nodes, int Votes, int Priority, TimeSpan Delay, TimeSpan DelayMax)
{
    /// <summary>Its nodes for people.</summary>
    public override string ToString() => string.Join(", ", Nodes);

    internal NodeId First => Nodes.Min();
}

/// <summary>Who shoots first in a split of two equals.</summary>
/// <param name="First">That side.</param>
/// <param name="WaitMs">How long its shots wait, beyond what the devices say.</param>
/// <param name="Sentence">Who is first and why, for people.</param>
public sealed record HeadStart(SplitSide First, long WaitMs, string Sentence);

/// <summary>
/// The rule by which one of two equal sides shoots first, and the other waits: computed on each side from
/// what both knew before the split, so that they come to the same answer without a word. What the
/// configuration says comes first; the last tie-break always decides.
/// </summary>
public static class HeadStartRule
{
    private const string Split = "in a split into two equal sides,";

    /// <summary>Decides.</summary>
    /// <param name="ours">The side that asks.</param>
    /// <param name="theirs">The other.</param>
    /// <param name="options">priority-fencing-delay and truce-fence-head-start.</param>
    public static HeadStart Decide(SplitSide ours, SplitSide theirs, ClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(theirs);
        ArgumentNullException.ThrowIfNull(options);
        (SplitSide first, string why) = Compare(ours, theirs, options);
        bool isOurs = first == ours;
        // Their shots at us may be held back by chance: we wait for the latest
        // of them, and the head start on top.
        long byDefault = options.FenceHeadStartMs > 0
            ? options.FenceHeadStartMs + (long)ours.DelayMax.TotalMilliseconds : 0;
        long headStart = IsByPriority(ours, theirs, options) ? options.PriorityFencingDelayMs : byDefault;
        if (headStart == 0)
        {
            return new HeadStart(
                first, 0, $"{Split} neither side has a head start: truce-fence-head-start is 0");
        }

        string waits = isOurs ? "" : string.Create(
            CultureInfo.InvariantCulture, $", and {ours} waits {headStart / 1000.0:0.###} s");
        return new HeadStart(
            first, isOurs ? 0 : headStart, $"{Split} {first} may shoot first{waits}: {why}");
    }

    private static bool IsByPriority(SplitSide ours, SplitSide theirs, ClusterOptions options) =>
        ours.Priority != theirs.Priority && options.PriorityFencingDelayMs > 0;

    private static (SplitSide First, string Why) Compare(
        SplitSide ours, SplitSide theirs, ClusterOptions options)
    {
        if (!IsByPriority(ours, theirs, options) && ours.Delay != theirs.Delay)
        {
            SplitSide first = ours.Delay > theirs.Delay ? ours : theirs;
            return (first, string.Create(
                CultureInfo.InvariantCulture,
                $"pcmk_delay_base delays shots at {first} by {first.Delay.TotalSeconds:0.###} s"));
        }

        if (ours.Priority != theirs.Priority)
        {
            return (ours.Priority > theirs.Priority ? ours : theirs,
                Of("its resources have priority", ours.Priority, theirs.Priority));
        }

        return ours.Votes != theirs.Votes
            ? (ours.Votes > theirs.Votes ? ours : theirs, Of("it has votes", ours.Votes, theirs.Votes))
            : (ours.First.CompareTo(theirs.First) < 0 ? ours : theirs,
                "nothing else distinguishes the sides, and its name sorts first");
    }

    private static string Of(string what, int one, int other) => string.Create(
        CultureInfo.InvariantCulture, $"{what} {Math.Max(one, other)} against {Math.Min(one, other)}");
}
