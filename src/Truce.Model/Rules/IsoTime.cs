using System.Globalization;

namespace Truce.Model.Rules;

/// <summary>
/// ISO 8601 dates as rules write them: calendar, ordinal and week dates, with time and offset as you like.
/// </summary>
public static class IsoTime
{
    private static readonly string[] s_times =
    [
        "HH:mm:ss", "HH:mm", "HHmmss", "HHmm", "HH", "H:mm:ss", "H:mm",
    ];

    /// <summary>
    /// Reads <c>2019-09-20 21:00:00 -05:00</c>, <c>20190920T210000Z</c>, <c>2005-001</c>, <c>2005-W01-1</c>,
    /// a time alone isn't one. Without an offset, <paramref name="localOffset"/> holds.
    /// </summary>
    public static bool TryParse(string text, TimeSpan localOffset, out DateTimeOffset time)
    {
        time = default;
        string trimmed = text.Trim();
        int split = trimmed.IndexOfAny(['T', ' ']);
        string datePart = split < 0 ? trimmed : trimmed[..split];
        string rest = split < 0 ? "" : trimmed[(split + 1)..].Trim();
        if (!TryParseDate(datePart, out DateOnly date)
            || !TryTakeOffset(ref rest, localOffset, out TimeSpan offset)
            || !TryParseTime(rest, out TimeSpan ofDay))
            return false;
        return TryCombine(date, ofDay, offset, out time);
    }

    private static bool TryCombine(DateOnly date, TimeSpan ofDay, TimeSpan offset, out DateTimeOffset time)
    {
        DateTime local = date.ToDateTime(TimeOnly.MinValue) + (date == DateOnly.MaxValue ? TimeSpan.Zero
            : ofDay);
        bool isRepresentable = local.Ticks - offset.Ticks >= 0
            && local.Ticks - offset.Ticks <= DateTime.MaxValue.Ticks;
        time = isRepresentable ? new DateTimeOffset(local, offset) : default;
        return isRepresentable;
    }

    private static bool TryParseDate(string text, out DateOnly date)
    {
        if (DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyyMMdd", "yyyy-M-d"], CultureInfo.InvariantCulture,
            DateTimeStyles.None, out date))
            return true;
        return TryParseWeek(text, out date) || TryParseOrdinal(text, out date);
    }

    // 2005-W01-1 or 2005W011: Monday is 1.
    private static bool TryParseWeek(string text, out DateOnly date)
    {
        date = default;
        string compact = text.Replace("-", "", StringComparison.Ordinal);
        if (compact.Length is not (7 or 8) || compact[4] != 'W'
            || Numbers.ParseInt(compact[..4]) is not ({ } year and >= 1 and < 9999)
            || Numbers.ParseInt(compact[5..7]) is not { } week)
            return false;
        int day = compact.Length == 8 ? compact[7] - '0' : 1;
        if (day is < 1 or > 7 || week < 1 || week > ISOWeek.GetWeeksInYear(year))
            return false;
        date = DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, (DayOfWeek)(day % 7)));
        return true;
    }

    // 2005-001 or 2005001.
    private static bool TryParseOrdinal(string text, out DateOnly date)
    {
        date = default;
        string compact = text.Replace("-", "", StringComparison.Ordinal);
        if (compact.Length != 7 || Numbers.ParseInt(compact[..4]) is not ({ } year and >= 1 and <= 9999)
            || Numbers.ParseInt(compact[4..]) is not ({ } day and >= 1)
            || day > (DateTime.IsLeapYear(year) ? 366 : 365))
            return false;
        date = new DateOnly(year, 1, 1).AddDays(day - 1);
        return true;
    }

    private static bool TryTakeOffset(ref string rest, TimeSpan localOffset, out TimeSpan offset)
    {
        offset = localOffset;
        if (rest.EndsWith('Z'))
        {
            rest = rest[..^1].Trim();
            offset = TimeSpan.Zero;
            return true;
        }

        int sign = rest.LastIndexOfAny(['+', '-']);
        if (sign < 0)
            return true;
        string digits = rest[(sign + 1)..].Replace(":", "", StringComparison.Ordinal);
        bool isNegative = rest[sign] == '-';
        rest = rest[..sign].Trim();
        if (digits.Length is not (2 or 4)
            || Numbers.ParseInt(digits.PadRight(4, '0')) is not ({ } number and >= 0)
            || number % 100 > 59 || number > 1400)
            return false;
        offset = new TimeSpan(number / 100, number % 100, 0) * (isNegative ? -1 : 1);
        return true;
    }

    private static bool TryParseTime(string text, out TimeSpan ofDay)
    {
        ofDay = TimeSpan.Zero;
        if (text.Length == 0)
            return true;
        if (text is "24:00:00" or "24:00" or "240000" or "2400")
        {
            ofDay = TimeSpan.FromDays(1);
            return true;
        }

        int fraction = text.IndexOfAny(['.', ',']);
        string whole = fraction < 0 ? text : text[..fraction];
        bool parsed = TimeOnly.TryParseExact(whole, s_times, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out TimeOnly time);
        ofDay = time.ToTimeSpan();
        return parsed;
    }
}
