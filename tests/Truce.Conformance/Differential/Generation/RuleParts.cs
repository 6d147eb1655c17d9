using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up rules.</summary>
internal static class RuleParts
{
    /// <summary>A rule over node attributes, dates or both.</summary>
    public static XElement ForNodes(Draft draft, string? score)
    {
        XElement rule = New(draft);
        if (score is not null)
            rule.Add(new XAttribute("score", score));
        int parts = draft.Number(1, 2);
        if (parts > 1)
            rule.Add(new XAttribute("boolean-op", draft.Pick("and", "or")));
        for (int i = 0; i < parts; i++)
            rule.Add(draft.Chance(30) ? Date(draft) : Attribute(draft));
        return rule;
    }

    /// <summary>A rule over the date alone.</summary>
    public static XElement ForDate(Draft draft)
    {
        XElement rule = New(draft);
        rule.Add(Date(draft));
        return rule;
    }

    /// <summary>A rule over the type of resources.</summary>
    public static XElement ForResources(Draft draft)
    {
        draft.Features.Add("rule-resource");
        XElement rule = New(draft);
        rule.Add(new XElement(
            "rsc_expression",
            new XAttribute("id", draft.NewId("rsc-expr")),
            new XAttribute("class", "ocf"),
            new XAttribute("provider", "pacemaker"),
            new XAttribute("type", draft.Pick("Dummy", "Stateful"))));
        return rule;
    }

    /// <summary>A rule over the kind of operation.</summary>
    public static XElement ForOperations(Draft draft)
    {
        draft.Features.Add("rule-operation");
        XElement rule = New(draft);
        rule.Add(new XElement(
            "op_expression",
            new XAttribute("id", draft.NewId("op-expr")),
            new XAttribute("name", draft.Pick("monitor", "start", "stop"))));
        return rule;
    }

    private static XElement New(Draft draft) => new("rule", new XAttribute("id", draft.NewId("rule")));

    private static XElement Attribute(Draft draft)
    {
        draft.Features.Add("rule-attribute");
        XElement expression = new("expression", new XAttribute("id", draft.NewId("expr")));
        switch (draft.Number(0, 4))
        {
            case 0:
                expression.Add(
                    new XAttribute("attribute", "#uname"),
                    new XAttribute("operation", draft.Pick("eq", "ne")),
                    new XAttribute("value", draft.Pick(draft.Nodes)));
                break;
            case 1:
                expression.Add(new XAttribute("attribute", "site"), new XAttribute("operation", draft.Pick("defined", "not_defined")));
                break;
            case 2:
                expression.Add(
                    new XAttribute("attribute", "rack"),
                    new XAttribute("operation", draft.Pick("lt", "lte", "gt", "gte", "eq", "ne")),
                    new XAttribute("type", draft.Pick("integer", "number", "string")),
                    new XAttribute("value", draft.Number(1, 3)));
                break;
            case 3:
                expression.Add(
                    new XAttribute("attribute", "pingd"),
                    new XAttribute("operation", draft.Pick("lt", "gte", "not_defined")),
                    new XAttribute("value", "1000"));
                break;
            default:
                expression.Add(
                    new XAttribute("attribute", "site"),
                    new XAttribute("operation", draft.Pick("eq", "ne")),
                    new XAttribute("value", draft.Pick("east", "west")));
                break;
        }

        return expression;
    }

    private static XElement Date(Draft draft)
    {
        draft.Features.Add("rule-date");
        XElement expression = new("date_expression", new XAttribute("id", draft.NewId("date")));
        switch (draft.Number(0, 4))
        {
            case 0:
                expression.Add(new XAttribute("operation", "gt"), new XAttribute("start", draft.Pick("2022-01-01", "2023-05-17 13:00:00Z")));
                break;
            case 1:
                expression.Add(new XAttribute("operation", "lt"), new XAttribute("end", draft.Pick("2022-01-01", "2023-05-17 13:00:00Z")));
                break;
            case 2:
                expression.Add(
                    new XAttribute("operation", "in_range"),
                    new XAttribute("start", "2023-05-01"),
                    new XAttribute("end", draft.Pick("2023-05-10", "2024-01-01")));
                break;
            case 3:
                expression.Add(
                    new XAttribute("operation", "in_range"),
                    new XAttribute("start", "2023-05-01"),
                    new XElement("duration", new XAttribute("id", draft.NewId("dur")), new XAttribute(draft.Pick("weeks", "months", "days"), draft.Number(1, 4))));
                break;
            default:
                expression.Add(
                    new XAttribute("operation", "date_spec"),
                    new XElement("date_spec", new XAttribute("id", draft.NewId("spec")), Spec(draft)));
                break;
        }

        return expression;
    }

    private static XAttribute Spec(Draft draft) => draft.Number(0, 3) switch
    {
        0 => new XAttribute("hours", draft.Pick("9-16", "0-6", "12")),
        1 => new XAttribute("weekdays", draft.Pick("1-5", "6-7", "3")),
        2 => new XAttribute("monthdays", draft.Pick("1-10", "17", "15-")),
        _ => new XAttribute("months", draft.Pick("5", "6-12")),
    };
}
