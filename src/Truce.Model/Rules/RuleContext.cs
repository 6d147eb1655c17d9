namespace Truce.Model.Rules;

/// <summary>
/// What a rule is judged against. What is null isn't known in that place: then no condition about it holds,
/// but for <c>not_defined</c> and <c>ne</c> of a node attribute.
/// </summary>
public sealed record RuleContext
{
    /// <summary>Nothing known at all.</summary>
    public static RuleContext Nothing { get; } = new();

    /// <summary>The time, with the offset that dates without one are meant in.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>
    /// The value of a node attribute by name, null if the node has none; built-in ones (<c>#uname</c>,
    /// <c>#kind</c>, …) included. The delegate itself is null where no node is meant.
    /// </summary>
    public Func<string, string?>? NodeAttribute { get; init; }

    /// <summary>
    /// The value of an instance attribute of the resource at hand, for <c>value-source="param"</c>.
    /// </summary>
    public Func<string, string?>? Parameter { get; init; }

    /// <summary>
    /// The value of a meta attribute of the resource at hand, for <c>value-source="meta"</c>.
    /// </summary>
    public Func<string, string?>? Meta { get; init; }

    /// <summary>The agent of the resource at hand.</summary>
    public AgentName? Agent { get; init; }

    /// <summary>The name of the operation at hand.</summary>
    public string? Operation { get; init; }

    /// <summary>The interval of the operation at hand, milliseconds.</summary>
    public long OperationIntervalMs { get; init; }

    /// <summary>Finds the rule with that id, for references; null where there is none.</summary>
    public Func<string, Rule?>? FindRule { get; init; }
}

/// <summary>
/// Whether a rule holds, and the next instant after now at which that may change: null if never, or if only a
/// <c>date_spec</c> could change it, which is evaluated again at each recheck.
/// </summary>
public readonly record struct RuleVerdict(bool Holds, DateTimeOffset? ChangesAt);
