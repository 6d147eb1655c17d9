using System.Globalization;
using System.Text.RegularExpressions;

using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>What a rule may ask about beside the time.</summary>
internal readonly record struct RuleContext
{
    public IReadOnlyDictionary<string, string>? NodeAttributes { get; init; }

    /// <summary>The agent that a rsc_expression is compared with.</summary>
    public AgentName? Agent { get; init; }

    public string? OperationName { get; init; }

    public long OperationIntervalMs { get; init; }

    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    /// <summary>Groups of the pattern by which a location constraint named its resource (%0 to %9).</summary>
    public Match? PatternMatch { get; init; }
}

/// <summary>Evaluates rules at one instant.</summary>
internal sealed class RuleEvaluator(DateTimeOffset now, Configuration configuration)
{
    private Dictionary<string, Rule>? _rulesById;

    public DateTimeOffset Now { get; } = now;

    public bool Holds(Rule rule, in RuleContext context)
    {
        rule = Resolve(rule);
        if (rule.Conditions.IsEmpty)
            return true;
        bool any = rule.BooleanOperator == BooleanOperator.Or;
        foreach (RuleCondition condition in rule.Conditions)
        {
            if (Holds(condition, context) == any)
                return any;
        }

        return !any;
    }

    public Rule Resolve(Rule rule)
    {
        if (rule.IdRef is null)
            return rule;
        _rulesById ??= RuleIndex.Build(configuration);
        return _rulesById.GetValueOrDefault(rule.IdRef, rule);
    }

    private bool Holds(RuleCondition condition, in RuleContext context) => condition switch
    {
        RuleCondition.Nested(var rule) => Holds(rule, context),
        RuleCondition.NodeAttributeTest test => NodeAttributeRule.Holds(test, context),
        RuleCondition.DateTest test => DateRule.Holds(test, Now),
        RuleCondition.ResourceTest test => context.Agent is { } agent
            && (test.Class is null || test.Class == agent.Class)
            && (test.Provider is null || test.Provider == agent.Provider)
            && (test.Type is null || test.Type == agent.Type),
        RuleCondition.OperationTest test => context.OperationName == test.Name
            && (test.Interval is null || test.Interval.Value.Milliseconds == context.OperationIntervalMs),
    };
}

/// <summary>Tests of node attributes.</summary>
internal static class NodeAttributeRule
{
    public static bool Holds(RuleCondition.NodeAttributeTest test, in RuleContext context)
    {
        if (context.NodeAttributes is null)
            return false;
        string name = Expand(test.Attribute, context.PatternMatch);
        string? actual = context.NodeAttributes.GetValueOrDefault(name);
        string? wanted = Wanted(test, context);
        if (test.Comparison is Comparison.Defined)
            return actual is not null;
        if (test.Comparison is Comparison.NotDefined)
            return actual is null;
        int? order = Compare(actual, wanted, TypeOf(test, actual, wanted));
        return test.Comparison switch
        {
            Comparison.Equal => order == 0 && actual is not null && wanted is not null,
            Comparison.NotEqual => order != 0,
            Comparison.LessThan => order < 0,
            Comparison.LessOrEqual => order <= 0,
            Comparison.GreaterThan => order > 0,
            Comparison.GreaterOrEqual => order >= 0,
            Comparison.Defined or Comparison.NotDefined => false,
        };
    }

    private static string? Wanted(RuleCondition.NodeAttributeTest test, in RuleContext context)
    {
        if (test.Value is null)
            return null;
        return (test.Source ?? ValueSource.Literal) switch
        {
            ValueSource.Parameter => context.Parameters?.GetValueOrDefault(test.Value),
            ValueSource.Meta => context.Meta?.GetValueOrDefault(test.Value),
            ValueSource.Literal => test.Value,
        };
    }

    private static ComparisonType TypeOf(RuleCondition.NodeAttributeTest test, string? actual, string? wanted)
    {
        if (test.Type is { } type)
            return type;
        bool orders = test.Comparison is Comparison.LessThan or Comparison.LessOrEqual
            or Comparison.GreaterThan or Comparison.GreaterOrEqual;
        if (!orders)
            return ComparisonType.Text;
        return actual?.Contains('.') == true || wanted?.Contains('.') == true
            ? ComparisonType.Number : ComparisonType.WholeNumber;
    }

    // Absent sorts before present; two absent values are equal, as the field has it.
    private static int? Compare(string? a, string? b, ComparisonType type)
    {
        if (a is null || b is null)
            return a is null && b is null ? 0 : a is null ? -1 : 1;
        switch (type)
        {
            case ComparisonType.Text:
                return string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
            case ComparisonType.WholeNumber:
                return WholeNumber(a) is { } left && WholeNumber(b) is { } right ? left.CompareTo(right)
                    : string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
            case ComparisonType.Number:
                return double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
                    && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out double y)
                    ? x.CompareTo(y) : string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
            case ComparisonType.Version:
                return Versions.Compare(a, b);
            default:
                throw new InvariantException($"comparison type {type}");
        }
    }

    private static long? WholeNumber(string text)
    {
        text = text.Trim();
        int end = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return long.TryParse(text.AsSpan(0, end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n)
            ? n : null;
    }

    private static string Expand(string name, Match? match)
    {
        if (match is null || !name.Contains('%'))
            return name;
        return Regex.Replace(name, "%([0-9])", m =>
            match.Groups[int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)].Value);
    }
}

/// <summary>Dotted version numbers.</summary>
internal static class Versions
{
    public static int Compare(string a, string b)
    {
        string[] left = a.Split('.');
        string[] right = b.Split('.');
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            int order = Part(left, i).CompareTo(Part(right, i));
            if (order != 0)
                return order;
        }

        return 0;
    }

    private static long Part(string[] parts, int i)
    {
        if (i >= parts.Length)
            return 0;
        string digits = string.Concat(parts[i].TakeWhile(char.IsAsciiDigit));
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : 0;
    }
}
