using Truce.Model.Rules;

namespace Truce.Model.Xml;

/// <summary>Reads rules and their conditions.</summary>
internal sealed class RuleReader(XmlCursor cursor, ReferenceLedger ledger)
{
    public Rule Read()
    {
        XmlAttributes a = cursor.TakeAttributes();
        if (a.Text("id-ref") is { } idRef)
        {
            ledger.Refer(idRef, a.PlaceOf("id-ref"), "rule");
            a.Done();
            cursor.ExpectNoChildren("a reference (rule with id-ref)");
            return new Rule { IdRef = idRef };
        }

        string id = a.Required("id");
        ledger.Define(id, "rule", a);
        Rule rule = new()
        {
            Id = id,
            BooleanOperator = a.Word("boolean-op", Vocabulary.BooleanOperator),
            Role = a.Word("role", Vocabulary.Role),
            Score = a.Score("score"),
            ScoreAttribute = a.Text("score-attribute"),
        };
        if (rule is { Score: not null, ScoreAttribute: not null })
            a.Refuse("score-attribute", "both score and score-attribute", "keep one of them");
        a.Done();
        return rule with { Conditions = ReadConditions() };
    }

    private EquatableArray<RuleCondition> ReadConditions()
    {
        Place place = cursor.Attributes.Element;
        List<RuleCondition> conditions = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (ReadCondition() is { } condition)
                conditions.Add(condition);
        }

        if (conditions.Count == 0)
            cursor.Log.Error(FindingIds.Structure, place, "a rule without a condition",
                "add an expression, or remove the rule");
        return [.. conditions];
    }

    private RuleCondition? ReadCondition()
    {
        switch (cursor.Name)
        {
            case "rule":
                return new RuleCondition.Nested(Read());
            case "expression":
                return ReadExpression();
            case "date_expression":
                return ReadDate();
            case "rsc_expression":
                return ReadResource();
            case "op_expression":
                return ReadOperation();
            default:
                cursor.RejectElement("rule", "rule", "expression", "date_expression", "rsc_expression",
                    "op_expression");
                return null;
        }
    }

    private RuleCondition.NodeAttributeTest ReadExpression()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "expression", a);
        string attribute = a.Text("attribute") ?? Absent(a, "attribute");
        Comparison comparison = ReadOperation(a, Vocabulary.Comparison);
        RuleCondition.NodeAttributeTest test = new(id, attribute, comparison)
        {
            Value = a.Text("value"),
            Type = a.Word("type", Vocabulary.ComparisonType),
            Source = a.Word("value-source", Vocabulary.ValueSource),
        };
        a.Done();
        cursor.ExpectNoChildren("expression");
        return test;
    }

    private RuleCondition.DateTest ReadDate()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Place place = a.Element;
        string id = a.Required("id");
        ledger.Define(id, "date_expression", a);
        DateOperation operation =
            a.Word("operation", Vocabulary.DateOperation) ?? MissingOperation(a, DateOperation.InRange);
        RuleCondition.DateTest test =
            new(id, operation) { Start = ReadTime(a, "start"), End = ReadTime(a, "end") };
        a.Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
            test = ReadDateChild(test);

        CheckDate(test, place);
        return test;
    }

    private RuleCondition.DateTest ReadDateChild(RuleCondition.DateTest test)
    {
        switch (cursor.Name)
        {
            case "duration" when test.Duration is null:
                return test with { Duration = ReadPattern("duration") };
            case "date_spec" when test.Spec is null:
                return test with { Spec = ReadPattern("date_spec") };
            default:
                cursor.RejectElement("date_expression", "duration", "date_spec");
                return test;
        }
    }

    private void CheckDate(RuleCondition.DateTest test, Place place)
    {
        string? missing = test.Operation switch
        {
            DateOperation.InRange when test.Start is null && test.End is null => "start or end",
            DateOperation.GreaterThan when test.Start is null => "start",
            DateOperation.LessThan when test.End is null => "end",
            DateOperation.Spec when test.Spec is null => "date_spec",
            _ => null,
        };
        if (missing is not null)
        {
            cursor.Log.Error(FindingIds.Structure, place,
                $"a date_expression of this operation needs {missing}",
                $"add {missing}, or choose another operation");
        }
    }

    private DatePattern ReadPattern(string element)
    {
        XmlAttributes a = cursor.TakeAttributes();
        string? id = a.Text("id");
        if (id is null)
            a.Missing("id");
        else
            ledger.Define(id, element, a);
        DatePattern pattern = new(id)
        {
            Seconds = ReadField(a, "seconds"),
            Minutes = ReadField(a, "minutes"),
            Hours = ReadField(a, "hours"),
            Days = ReadField(a, "days"),
            MonthDays = ReadField(a, "monthdays"),
            WeekDays = ReadField(a, "weekdays"),
            YearDays = ReadField(a, "yeardays") ?? ReadField(a, "yearsdays"),
            Weeks = ReadField(a, "weeks"),
            Months = ReadField(a, "months"),
            Years = ReadField(a, "years"),
            WeekYears = ReadField(a, "weekyears"),
            Moon = ReadField(a, "moon"),
        };
        a.Done();
        cursor.ExpectNoChildren(element);
        return pattern;
    }

    private static string? ReadField(XmlAttributes a, string name)
    {
        string? text = a.Text(name);
        if (text is not null && !DateRange.TryParse(text, out _))
            a.Doubt(name, $"{name}=\"{XmlAttributes.Shorten(text)}\" is neither a number nor a range: the rule never holds",
                "write a number, or a range such as 9-16; for a list, one expression for each, joined by or");
        return text;
    }

    private static string? ReadTime(XmlAttributes a, string name)
    {
        string? text = a.Text(name);
        if (text is not null && !IsoTime.TryParse(text, TimeSpan.Zero, out _))
            a.Doubt(name, $"{name}=\"{XmlAttributes.Shorten(text)}\" is not a date, and counts as absent",
                "write an ISO 8601 date, such as 2026-01-31 12:00:00 +01:00");
        return text;
    }

    private RuleCondition.ResourceTest ReadResource()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "rsc_expression", a);
        RuleCondition.ResourceTest test = new(id, a.Text("class"), a.Text("provider"), a.Text("type"));
        a.Done();
        cursor.ExpectNoChildren("rsc_expression");
        return test;
    }

    private RuleCondition.OperationTest ReadOperation()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "op_expression", a);
        RuleCondition.OperationTest test = new(id, a.Required("name"), a.Interval("interval"));
        a.Done();
        cursor.ExpectNoChildren("op_expression");
        return test;
    }

    private static Comparison ReadOperation(XmlAttributes a, Words<Comparison> words) =>
        a.Word("operation", words) ?? MissingOperation(a, Comparison.Equal);

    private static T MissingOperation<T>(XmlAttributes a, T instead)
    {
        if (a.Text("operation") is null)
            a.Missing("operation");
        return instead;
    }

    private static string Absent(XmlAttributes a, string name)
    {
        a.Missing(name);
        return "";
    }
}
