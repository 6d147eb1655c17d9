namespace Truce.Model.Rules;

/// <summary>A field of a date pattern: a number, or a range of them with one end perhaps open.</summary>
public readonly record struct DateRange(int Low, int High)
{
    /// <summary>
    /// Reads <c>5</c>, <c>9-16</c>, <c>9-</c> or <c>-16</c>; false if the text is none of these.
    /// </summary>
    public static bool TryParse(string text, out DateRange range)
    {
        range = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            bool isNumber = TryParseEnd(text, out int number);
            range = new DateRange(number, number);
            return isNumber;
        }

        string low = text[..dash];
        string high = text[(dash + 1)..];
        if (low.Length == 0 && high.Length == 0)
            return false;
        (int from, int to) = (0, int.MaxValue);
        if ((low.Length > 0 && !TryParseEnd(low, out from))
            || (high.Length > 0 && !TryParseEnd(high, out to)))
            return false;
        range = new DateRange(from, to);
        return true;
    }

    private static bool TryParseEnd(string text, out int number)
    {
        int? parsed = Numbers.ParseInt(text.Trim());
        number = parsed ?? 0;
        return parsed is >= 0;
    }

    /// <summary>Whether the number lies within.</summary>
    public bool Contains(int number) => number >= Low && number <= High;
}
