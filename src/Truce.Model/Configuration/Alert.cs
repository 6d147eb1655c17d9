namespace Truce.Model;

/// <summary>A program called on events.</summary>
public sealed record Alert(string Id, string Path)
{
    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Which events; null for the default (fencing, nodes and resources).</summary>
    public AlertSelection? Selection { get; init; }

    /// <summary>Environment of the program.</summary>
    public EquatableArray<AttributeSet> InstanceAttributes { get; init; }

    /// <summary>How it is called (timeout, timestamp format).</summary>
    public EquatableArray<AttributeSet> MetaAttributes { get; init; }

    /// <summary>The recipient; the program is called once for each.</summary>
    public EquatableArray<AlertRecipient> Recipients { get; init; }
}

/// <summary>A recipient of an alert.</summary>
public sealed record AlertRecipient(string Id, string Value)
{
    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <inheritdoc cref="Alert.InstanceAttributes"/>
    public EquatableArray<AttributeSet> InstanceAttributes { get; init; }

    /// <inheritdoc cref="Alert.MetaAttributes"/>
    public EquatableArray<AttributeSet> MetaAttributes { get; init; }
}

/// <summary>
/// The events that an alert gets. <paramref name="Attributes"/> is null unless node attributes are selected;
/// an empty list selects all of them.
/// </summary>
public sealed record AlertSelection(AlertEvents Events, EquatableArray<AlertAttributeName>? Attributes);

/// <summary>A node attribute whose changes are reported.</summary>
public sealed record AlertAttributeName(string Id, string Name);

/// <summary>Kinds of events.</summary>
[Flags]
public enum AlertEvents
{
    /// <summary>None of those below.</summary>
    None = 0,

    /// <summary>Fencing.</summary>
    Fencing = 1,

    /// <summary>Nodes come and go.</summary>
    Nodes = 2,

    /// <summary>Operations of resources.</summary>
    Resources = 4,
}
