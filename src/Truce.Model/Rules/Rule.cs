namespace Truce.Model.Rules;

/// <summary>
/// A condition over time, node attributes, and the resource or operation at hand; in a location constraint
/// also a score. Or a reference (<see cref="IdRef"/>) to one written elsewhere.
/// </summary>
public sealed record Rule
{
    /// <summary>The rule's own id; null for a reference.</summary>
    public string? Id { get; init; }

    /// <summary>The id of the rule that is meant; null unless this is a reference.</summary>
    public string? IdRef { get; init; }

    /// <summary>How the conditions combine; null counts as and.</summary>
    public BooleanOperator? BooleanOperator { get; init; }

    /// <summary>In a location constraint: the role that the score is for.</summary>
    public Role? Role { get; init; }

    /// <summary>In a location constraint: the score where the rule is true.</summary>
    public Score? Score { get; init; }

    /// <summary>In a location constraint: the node attribute whose value is the score.</summary>
    public string? ScoreAttribute { get; init; }

    /// <summary>What must hold.</summary>
    public EquatableArray<RuleCondition> Conditions { get; init; }
}

/// <summary>How conditions combine.</summary>
public enum BooleanOperator
{
    /// <summary>All.</summary>
    And,

    /// <summary>At least one.</summary>
    Or,
}

/// <summary>One condition of a rule.</summary>
public abstract record RuleCondition
{
    private RuleCondition() { }

    /// <summary>A rule within a rule.</summary>
    public sealed record Nested(Rule Rule) : RuleCondition;

    /// <summary>A node attribute compared with a value (<c>expression</c>).</summary>
    public sealed record NodeAttributeTest(string Id, string Attribute, Comparison Comparison) : RuleCondition
    {
        /// <summary>What to compare with.</summary>
        public string? Value { get; init; }

        /// <summary>How to compare; null means by what the values look like.</summary>
        public ComparisonType? Type { get; init; }

        /// <summary>Where the value comes from; null means <see cref="Value"/> is it.</summary>
        public ValueSource? Source { get; init; }
    }

    /// <summary>Now compared with dates (<c>date_expression</c>). Dates are ISO 8601, as written.</summary>
    public sealed record DateTest(string Id, DateOperation Operation) : RuleCondition
    {
        /// <summary>The range's begin.</summary>
        public string? Start { get; init; }

        /// <summary>The range's end.</summary>
        public string? End { get; init; }

        /// <summary>The range's length after its start, instead of an end.</summary>
        public DatePattern? Duration { get; init; }

        /// <summary>What now must look like.</summary>
        public DatePattern? Spec { get; init; }
    }

    /// <summary>The agent of the resource at hand (<c>rsc_expression</c>); null matches any.</summary>
    public sealed record ResourceTest(string Id, string? Class, string? Provider, string? Type)
        : RuleCondition;

    /// <summary>The operation at hand (<c>op_expression</c>); a null interval matches any.</summary>
    public sealed record OperationTest(string Id, string Name, Interval? Interval) : RuleCondition;
}

/// <summary>How a node attribute is compared.</summary>
public enum Comparison
{
    /// <summary>Less.</summary>
    LessThan,

    /// <summary>Greater.</summary>
    GreaterThan,

    /// <summary>Less or equal.</summary>
    LessOrEqual,

    /// <summary>Greater or equal.</summary>
    GreaterOrEqual,

    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal.</summary>
    NotEqual,

    /// <summary>The attribute has a value.</summary>
    Defined,

    /// <summary>The attribute has none.</summary>
    NotDefined,
}

/// <summary>What values are compared as.</summary>
public enum ComparisonType
{
    /// <summary>Text, ignoring case.</summary>
    Text,

    /// <summary>Whole numbers.</summary>
    WholeNumber,

    /// <summary>Numbers with a fraction.</summary>
    Number,

    /// <summary>Versions, part by part.</summary>
    Version,
}

/// <summary>Where an expression's value comes from.</summary>
public enum ValueSource
{
    /// <summary>It is written in the expression.</summary>
    Literal,

    /// <summary>It names an instance attribute of the resource.</summary>
    Parameter,

    /// <summary>It names a meta attribute of the resource.</summary>
    Meta,
}

/// <summary>What a date expression asks.</summary>
public enum DateOperation
{
    /// <summary>Now lies between start and end.</summary>
    InRange,

    /// <summary>Now is after the start.</summary>
    GreaterThan,

    /// <summary>Now is before the end.</summary>
    LessThan,

    /// <summary>Now looks like the spec.</summary>
    Spec,
}

/// <summary>
/// Fields of a <c>date_spec</c> (numbers or ranges such as <c>9-16</c>) or of a
/// <c>duration</c> (numbers), as written.
/// </summary>
public sealed record DatePattern(string? Id)
{
    /// <summary>Seconds.</summary>
    public string? Seconds { get; init; }

    /// <summary>Minutes.</summary>
    public string? Minutes { get; init; }

    /// <summary>Hours.</summary>
    public string? Hours { get; init; }

    /// <summary>Days; durations only.</summary>
    public string? Days { get; init; }

    /// <summary>Days of the month.</summary>
    public string? MonthDays { get; init; }

    /// <summary>Days of the week, Monday is 1.</summary>
    public string? WeekDays { get; init; }

    /// <summary>Days of the year.</summary>
    public string? YearDays { get; init; }

    /// <summary>Weeks: of the ISO year, or a number of them in a duration.</summary>
    public string? Weeks { get; init; }

    /// <summary>Months.</summary>
    public string? Months { get; init; }

    /// <summary>Years.</summary>
    public string? Years { get; init; }

    /// <summary>ISO week years.</summary>
    public string? WeekYears { get; init; }

    /// <summary>Phases of the moon, of older schemas; never looked at.</summary>
    public string? Moon { get; init; }
}
