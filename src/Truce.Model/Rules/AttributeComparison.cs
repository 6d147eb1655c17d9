using System.Globalization;

namespace Truce.Model.Rules;

/// <summary>Compares a node attribute's value with another.</summary>
internal static class AttributeComparison
{
    /// <summary>An absent attribute differs from every value, and is neither less nor greater.</summary>
    public static bool Holds(string? actual, Comparison comparison, string? wanted, ComparisonType? type)
    {
        if (comparison is Comparison.Defined or Comparison.NotDefined)
            return (actual is not null) == (comparison == Comparison.Defined);
        if (actual is null || wanted is null)
            return comparison == Comparison.NotEqual && (actual is not null || wanted is not null);
        int order = Order(actual, wanted, type ?? DefaultType(comparison, actual, wanted));
        return comparison switch
        {
            Comparison.LessThan => order < 0,
            Comparison.GreaterThan => order > 0,
            Comparison.LessOrEqual => order <= 0,
            Comparison.GreaterOrEqual => order >= 0,
            Comparison.Equal => order == 0,
            Comparison.NotEqual => order != 0,
            Comparison.Defined or Comparison.NotDefined => throw new InvariantException("answered above"),
        };
    }

    private static ComparisonType DefaultType(Comparison comparison, string actual, string wanted)
    {
        if (comparison is Comparison.Equal or Comparison.NotEqual)
            return ComparisonType.Text;
        return actual.Contains('.', StringComparison.Ordinal)
            || wanted.Contains('.', StringComparison.Ordinal)
            ? ComparisonType.Number
            : ComparisonType.WholeNumber;
    }

    private static int Order(string actual, string wanted, ComparisonType type) => type switch
    {
        ComparisonType.Text => OrderText(actual, wanted),
        ComparisonType.WholeNumber => Whole(actual) is { } left && Whole(wanted) is { } right
            ? left.CompareTo(right)
            : OrderText(actual, wanted),
        ComparisonType.Number => Number(actual) is { } left && Number(wanted) is { } right
            ? left.CompareTo(right)
            : OrderText(actual, wanted),
        ComparisonType.Version => OrderVersions(actual, wanted),
    };

    private static int OrderText(string actual, string wanted) =>
        string.Compare(actual, wanted, StringComparison.OrdinalIgnoreCase);

    // What follows the digits is cut off, a fraction as well as a unit; INFINITY counts as the score does.
    private static long? Whole(string text)
    {
        int sign = text is ['+' or '-', ..] ? 1 : 0;
        int end = text.AsSpan(sign).IndexOfAnyExceptInRange('0', '9');
        return Numbers.ParseLong(end < 0 ? text : text[..(sign + end)]) ?? Score.Parse(text)?.Value;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
            : Score.Parse(text)?.Value;

    // Part by part as numbers; what one version lacks counts as 0.
    private static int OrderVersions(string actual, string wanted)
    {
        string[] left = actual.Split('.');
        string[] right = wanted.Split('.');
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            int order = VersionPart(left, i).CompareTo(VersionPart(right, i));
            if (order != 0)
                return order;
        }

        return 0;
    }

    private static long VersionPart(string[] parts, int index)
    {
        if (index >= parts.Length)
            return 0;
        int end = parts[index].AsSpan().IndexOfAnyExceptInRange('0', '9');
        return Numbers.ParseLong(end < 0 ? parts[index] : parts[index][..end]) ?? 0;
    }
}
