namespace Truce.Model.Rules;

/// <summary>Judges rules. Pure: the same rule in the same context gives the same verdict.</summary>
public static class RuleEvaluator
{
    // References among rules could form a ring.
    private const int MaxDepth = 64;

    /// <summary>Whether the rule holds.</summary>
    public static bool Holds(Rule rule, RuleContext context) => Judge(rule, context, 0).Holds;

    /// <summary>Whether the rule holds, and until when.</summary>
    public static RuleVerdict Judge(Rule rule, RuleContext context) => Judge(rule, context, 0);

    /// <summary>Whether the attribute set applies: it has no rule, or its rule holds.</summary>
    public static bool Applies(AttributeSet set, RuleContext context) =>
        set.Rule is not { } rule || Holds(rule, context);

    private static RuleVerdict Judge(Rule rule, RuleContext context, int depth)
    {
        if (depth > MaxDepth)
            return new RuleVerdict(false, null);
        if (rule.IdRef is { } idRef)
            return context.FindRule?.Invoke(idRef) is { } target ? Judge(target, context, depth + 1)
                : default;
        bool isOr = rule.BooleanOperator == BooleanOperator.Or;
        bool holds = !isOr;
        DateTimeOffset? changesAt = null;
        foreach (RuleCondition condition in rule.Conditions)
        {
            RuleVerdict verdict = Judge(condition, context, depth);
            holds = isOr ? holds || verdict.Holds : holds && verdict.Holds;
            changesAt = Earlier(changesAt, verdict.ChangesAt);
        }

        return new RuleVerdict(holds, changesAt);
    }

    private static RuleVerdict Judge(RuleCondition condition, RuleContext context, int depth) =>
        condition switch
    {
        RuleCondition.Nested(var rule) => Judge(rule, context, depth + 1),
        RuleCondition.NodeAttributeTest test => new RuleVerdict(Holds(test, context), null),
        RuleCondition.DateTest test => context.Now is { } now ? DateRules.Judge(test, now) : default,
        RuleCondition.ResourceTest test => new RuleVerdict(Holds(test, context.Agent), null),
        RuleCondition.OperationTest test => new RuleVerdict(Holds(test, context), null),
    };

    private static bool Holds(RuleCondition.NodeAttributeTest test, RuleContext context)
    {
        if (context.NodeAttribute is not { } attributes)
            return false;
        string? actual = attributes(test.Attribute);
        string? wanted = test.Source switch
        {
            ValueSource.Parameter => context.Parameter?.Invoke(test.Value ?? ""),
            ValueSource.Meta => context.Meta?.Invoke(test.Value ?? ""),
            ValueSource.Literal or null => test.Value,
        };
        return AttributeComparison.Holds(actual, test.Comparison, wanted, test.Type);
    }

    private static bool Holds(RuleCondition.ResourceTest test, AgentName? agent) => agent is not null
        && (test.Class is null || test.Class == agent.Class)
        && (test.Provider is null || test.Provider == agent.Provider)
        && (test.Type is null || test.Type == agent.Type);

    private static bool Holds(RuleCondition.OperationTest test, RuleContext context) =>
        context.Operation == test.Name
        && (test.Interval is not { } interval || interval.Milliseconds == context.OperationIntervalMs);

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) =>
        left is null ? right : right is null || left <= right ? left : right;
}
