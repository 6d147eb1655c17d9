using System.Globalization;

namespace Truce.Model;

/// <summary>
/// A length of time as the CIB writes it: <c>10s</c>, <c>5min</c>, <c>100ms</c>, <c>10</c> (seconds),
/// <c>PT1M30S</c> (ISO 8601). The text is kept, so that a document is written back as it was.
/// </summary>
public readonly record struct Interval
{
    private Interval(string text, long milliseconds)
    {
        Text = text;
        Milliseconds = milliseconds;
    }

    /// <summary>The longest interval: ten years. Sums of several, in nanoseconds since 1970, don't overflow;
    /// a time that did once ended the executors of all nodes.</summary>
    public const long MaxMilliseconds = 10L * 365 * 86_400_000;

    /// <summary>As written.</summary>
    public string Text => field ?? "0";

    /// <summary>The length, at most <see cref="MaxMilliseconds"/>.</summary>
    public long Milliseconds { get; }

    /// <summary>No time.</summary>
    public static Interval Zero => default;

    /// <summary>The interval of that many milliseconds.</summary>
    public static Interval FromMilliseconds(long milliseconds) =>
        new(milliseconds.ToString(CultureInfo.InvariantCulture) + "ms", milliseconds);

    /// <summary>A text that is no interval, and what it stands for.</summary>
    public static Interval ReadAs(string text, long milliseconds) => new(text, milliseconds);

    /// <summary>Reads an interval; false if the text is none.</summary>
    public static bool TryParse(string text, out Interval interval)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        bool parsed = trimmed is ['P', ..]
            ? TryParseIso(trimmed[1..], out decimal milliseconds)
            : TryParseSimple(trimmed, out milliseconds);
        interval = parsed ? new Interval(text, (long)Math.Min(milliseconds, MaxMilliseconds)) : default;
        return parsed;
    }

    /// <summary>
    /// The milliseconds that <paramref name="text"/> says; null if it is absent or no interval.
    /// </summary>
    public static long? ParseMilliseconds(string? text) =>
        text is not null && TryParse(text, out Interval interval) ? interval.Milliseconds : null;

    private static bool TryParseSimple(ReadOnlySpan<char> text, out decimal milliseconds)
    {
        if (!TryTakeNumber(ref text, out milliseconds))
            return false;
        decimal unit = text.TrimStart() switch
        {
            "" or "s" or "sec" => 1_000m,
            "ms" or "msec" => 1m,
            "us" or "usec" => 0.001m,
            "m" or "min" => 60_000m,
            "h" or "hr" => 3_600_000m,
            _ => 0m,
        };
        return unit != 0 && TryScale(ref milliseconds, unit);
    }

    private static bool TryParseIso(ReadOnlySpan<char> text, out decimal total)
    {
        total = 0;
        bool inTime = false;
        bool any = false;
        while (!text.IsEmpty)
        {
            if (text[0] == 'T' && !inTime)
            {
                inTime = true;
                text = text[1..];
                continue;
            }

            if (!TryTakeNumber(ref text, out decimal number) || text.IsEmpty)
                return false;
            decimal unit = IsoUnit(text[0], inTime);
            text = text[1..];
            if (unit == 0 || !TryScale(ref number, unit))
                return false;
            total = Math.Min(total + number, MaxMilliseconds);
            any = true;
        }

        return any;
    }

    // Years and months have no fixed length; as a timeout they are taken as 365 and 30 days. Hours and
    // seconds are also taken without the T before them, which recorded clusters leave out (case
    // migrate-fencing: P10S).
    private static decimal IsoUnit(char unit, bool inTime) => (unit, inTime) switch
    {
        ('S', _) => 1_000m,
        ('M', true) => 60_000m,
        ('H', _) => 3_600_000m,
        ('D', false) => 86_400_000m,
        ('W', false) => 7 * 86_400_000m,
        ('M', false) => 30 * 86_400_000m,
        ('Y', false) => 365 * 86_400_000m,
        _ => 0m,
    };

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        int length = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = length < 0 ? text : text[..length];
        text = text[digits.Length..];
        if (digits.IsEmpty)
            return false;
        number = digits.TrimStart('0').Length > 19 ? long.MaxValue
            : decimal.Parse(digits, CultureInfo.InvariantCulture);
        return true;
    }

    private static bool TryScale(ref decimal number, decimal unit)
    {
        number = Math.Floor(Math.Min(number, long.MaxValue) * unit);
        return true;
    }

    /// <summary>Equal if written alike.</summary>
    public bool Equals(Interval other) => Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>As written.</summary>
    public override string ToString() => Text;
}
