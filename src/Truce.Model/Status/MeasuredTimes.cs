namespace Truce.Model;

/// <summary>
/// How long something of a resource took, the latest times that it was seen. Operations of one resource on
/// all nodes are kept together, and so are those of a clone's instances.
/// </summary>
/// <param name="Resource">As configured.</param>
/// <param name="Kind">What was measured.</param>
/// <param name="Name">The operation, or the word of the recovery's cause.</param>
public sealed record MeasuredTimes(ResourceId Resource, MeasuredKind Kind, string Name)
{
    /// <summary>Runs kept.</summary>
    public const int RunsMax = 20;

    /// <summary>What was measured, oldest first.</summary>
    public EquatableArray<MeasuredRun> Runs { get; init; } = [];

    /// <summary>Names it among all that is measured. Ids contain no spaces.</summary>
    public string Key => KeyOf(Resource, Kind, Name);

    /// <inheritdoc cref="Key"/>
    public static string KeyOf(ResourceId resource, MeasuredKind kind, string name) =>
        $"{resource} {Word(kind)} {name}";

    /// <summary>The kind's word.</summary>
    public static string Word(MeasuredKind kind) => kind switch
    {
        MeasuredKind.Operation => "operation",
        MeasuredKind.Recovery => "recovery",
    };

    /// <summary>Many, to be looked up by <see cref="Key"/> instead of searched each time.</summary>
    public static ILookup<string, MeasuredTimes> ByKey(EquatableArray<MeasuredTimes> all) =>
        all.Items.ToLookup(m => m.Key, StringComparer.Ordinal);

    /// <summary>The same with one more run; the oldest makes room.</summary>
    public MeasuredTimes With(MeasuredRun run) => this with
    {
        Runs = [.. Runs.Items.Skip(Math.Max(0, Runs.Count + 1 - RunsMax)), run],
    };
}

/// <summary>What can be measured.</summary>
public enum MeasuredKind
{
    /// <summary>An operation of the resource's agent that succeeded.</summary>
    Operation,

    /// <summary>From when the cluster knew of a failure until the resource was there again.</summary>
    Recovery,
}

/// <summary>One time that was measured, in milliseconds.</summary>
/// <param name="TookMs">How long it took.</param>
/// <param name="LimitMs">An operation's timeout at that time; 0: none.</param>
public sealed record MeasuredRun(long TookMs, long LimitMs);
