using System.Globalization;

namespace Truce.Model;

/// <summary>
/// A preference between -1,000,000 (never) and +1,000,000 (always), Pacemaker's INFINITY. Sums saturate
/// there, and -INFINITY beats +INFINITY: a ban is stronger than any preference.
/// </summary>
public readonly record struct Score : IComparable<Score>
{
    /// <summary>The number that counts as infinite.</summary>
    public const int InfinityValue = 1_000_000;

    /// <summary>Takes <paramref name="value"/>, cut to the limits.</summary>
    public Score(int value) => Value = Math.Clamp(value, -InfinityValue, InfinityValue);

    /// <summary>The number, within the limits.</summary>
    public int Value { get; }

    /// <summary>Always.</summary>
    public static Score Infinity => new(InfinityValue);

    /// <summary>Never.</summary>
    public static Score MinusInfinity => new(-InfinityValue);

    /// <summary>No preference.</summary>
    public static Score Zero => default;

    /// <summary>Whether this is +INFINITY.</summary>
    public bool IsInfinity => Value == InfinityValue;

    /// <summary>Whether this is -INFINITY.</summary>
    public bool IsMinusInfinity => Value == -InfinityValue;

    /// <summary>
    /// Reads <c>INFINITY</c>, <c>+INFINITY</c>, <c>-INFINITY</c> or a decimal integer of any length; false if
    /// the text is none of these.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Score score)
    {
        text = text.Trim();
        score = text switch
        {
            "INFINITY" or "+INFINITY" => Infinity,
            "-INFINITY" => MinusInfinity,
            _ => Zero,
        };
        return score != Zero || TryParseNumber(text, out score);
    }

    /// <summary>The score that the text says; null if it is absent or none.</summary>
    public static Score? Parse(string? text) =>
        text is not null && TryParse(text, out Score score) ? score : null;

    /// <summary>
    /// As <see cref="Parse"/>, with a fraction cut off: for meta and node attributes, where recorded clusters
    /// have <c>2.0</c> (case rsc_dep5).
    /// </summary>
    public static Score? ParseRounded(string? text)
    {
        int fraction = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        bool hasFraction = fraction > 0 && !text.AsSpan(fraction + 1).ContainsAnyExceptInRange('0', '9');
        return Parse(hasFraction ? text![..fraction] : text);
    }

    /// <summary>
    /// As <see cref="Parse"/>, but what follows a number (<c>2.0</c>, <c>10s</c>) doesn't matter, as it
    /// doesn't to the field's tools; null if the text begins with none.
    /// </summary>
    public static Score? ParseLeading(string? text)
    {
        if (Parse(text) is { } whole)
            return whole;
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int end = trimmed is ['-' or '+', ..] ? 1 : 0;
        while (end < trimmed.Length && char.IsAsciiDigit(trimmed[end]))
            end++;
        return TryParse(trimmed[..end], out Score score) ? score : null;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out Score score)
    {
        score = Zero;
        ReadOnlySpan<char> digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        digits = digits.TrimStart('0');
        int magnitude = digits.Length > 7 ? InfinityValue : digits.IsEmpty ? 0
            : int.Parse(digits, CultureInfo.InvariantCulture);
        score = new Score(text[0] == '-' ? -magnitude : magnitude);
        return true;
    }

    /// <summary>The saturating sum; -INFINITY wins over +INFINITY.</summary>
    public static Score operator +(Score left, Score right) =>
        left.IsMinusInfinity || right.IsMinusInfinity ? MinusInfinity
        : left.IsInfinity || right.IsInfinity ? Infinity
        : new Score(left.Value + right.Value);

    /// <summary>The opposite preference.</summary>
    public static Score operator -(Score score) => new(-score.Value);

    /// <inheritdoc/>
    public int CompareTo(Score other) => Value.CompareTo(other.Value);

    /// <summary>As the CIB writes it.</summary>
    public override string ToString() =>
        IsInfinity ? "INFINITY" : IsMinusInfinity ? "-INFINITY"
            : Value.ToString(CultureInfo.InvariantCulture);
}
