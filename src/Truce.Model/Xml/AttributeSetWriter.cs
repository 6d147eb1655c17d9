using Truce.Model.Rules;

namespace Truce.Model.Xml;

/// <summary>Writes attribute sets and rules.</summary>
internal sealed class AttributeSetWriter(XmlOutput output, Words<Role> roles)
{
    public void Write(string element, EquatableArray<AttributeSet> sets)
    {
        foreach (AttributeSet set in sets)
            Write(element, set);
    }

    private void Write(string element, AttributeSet set)
    {
        output.Open(element).Attribute("id", set.Id).Attribute("id-ref", set.IdRef).Attribute("score",
            set.Score);
        if (set.Rule is { } rule)
            Write(rule);
        foreach (NameValue pair in set.Pairs)
        {
            output.Open("nvpair").Attribute("id", pair.Id).Attribute("id-ref", pair.IdRef)
                .Attribute("name", pair.Name).Attribute("value", pair.Value).Close();
        }

        output.Close();
    }

    public void Write(Rule rule)
    {
        output.Open("rule").Attribute("id", rule.Id).Attribute("id-ref", rule.IdRef)
            .Attribute("boolean-op", Vocabulary.BooleanOperator, rule.BooleanOperator)
            .Attribute("role", roles, rule.Role).Attribute("score", rule.Score)
            .Attribute("score-attribute", rule.ScoreAttribute);
        foreach (RuleCondition condition in rule.Conditions)
            Write(condition);
        output.Close();
    }

    private void Write(RuleCondition condition)
    {
        switch (condition)
        {
            case RuleCondition.Nested nested:
                Write(nested.Rule);
                break;
            case RuleCondition.NodeAttributeTest test:
                Write(test);
                break;
            case RuleCondition.DateTest date:
                Write(date);
                break;
            case RuleCondition.ResourceTest agent:
                output.Open("rsc_expression").Attribute("id", agent.Id).Attribute("class", agent.Class)
                    .Attribute("provider", agent.Provider).Attribute("type", agent.Type).Close();
                break;
            case RuleCondition.OperationTest operation:
                output.Open("op_expression").Attribute("id", operation.Id).Attribute("name", operation.Name)
                    .Attribute("interval", operation.Interval).Close();
                break;
        }
    }

    private void Write(RuleCondition.NodeAttributeTest test) =>
        output.Open("expression").Attribute("id", test.Id)
        .Attribute("attribute", test.Attribute).Attribute("operation", Vocabulary.Comparison, test.Comparison)
        .Attribute("value", test.Value).Attribute("type", Vocabulary.ComparisonType, test.Type)
        .Attribute("value-source", Vocabulary.ValueSource, test.Source).Close();

    private void Write(RuleCondition.DateTest date)
    {
        output.Open("date_expression").Attribute("id", date.Id)
            .Attribute("operation", Vocabulary.DateOperation, date.Operation)
            .Attribute("start", date.Start).Attribute("end", date.End);
        Write("duration", date.Duration);
        Write("date_spec", date.Spec);
        output.Close();
    }

    private void Write(string element, DatePattern? pattern)
    {
        if (pattern is null)
            return;
        output.Open(element).Attribute("id", pattern.Id)
            .Attribute("years", pattern.Years).Attribute("months", pattern.Months).Attribute("weeks",
                pattern.Weeks)
            .Attribute("days", pattern.Days).Attribute("monthdays", pattern.MonthDays)
            .Attribute("weekdays", pattern.WeekDays).Attribute("yeardays", pattern.YearDays)
            .Attribute("weekyears", pattern.WeekYears).Attribute("hours", pattern.Hours)
            .Attribute("minutes", pattern.Minutes).Attribute("seconds", pattern.Seconds)
            .Attribute("moon", pattern.Moon).Close();
    }
}
