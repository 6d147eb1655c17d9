using System.Globalization;

using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Tests of the time.</summary>
internal static class DateRule
{
    public static bool Holds(RuleCondition.DateTest test, DateTimeOffset now)
    {
        DateTimeOffset? start = test.Start is null ? null : IsoTime.Parse(test.Start);
        DateTimeOffset? end = test.End is null ? null : IsoTime.Parse(test.End);
        if (end is null && start is not null && test.Duration is not null)
            end = Add(start.Value, test.Duration);
        return test.Operation switch
        {
            DateOperation.InRange => (start is null || now >= start) && (end is null || now <= end),
            DateOperation.GreaterThan => start is not null && now > start,
            DateOperation.LessThan => end is not null && now < end,
            DateOperation.Spec => test.Spec is not null && Matches(test.Spec, now),
        };
    }

    private static DateTimeOffset Add(DateTimeOffset from, DatePattern duration)
    {
        DateTimeOffset to = from;
        to = to.AddYears(Number(duration.Years));
        to = to.AddMonths(Number(duration.Months));
        to = to.AddDays((7 * Number(duration.Weeks)) + Number(duration.Days));
        to = to.AddHours(Number(duration.Hours));
        to = to.AddMinutes(Number(duration.Minutes));
        return to.AddSeconds(Number(duration.Seconds));
    }

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n) ? n : 0;

    private static bool Matches(DatePattern spec, DateTimeOffset now)
    {
        int weekDay = now.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)now.DayOfWeek;
        DateTime day = now.DateTime;
        return InRange(spec.Seconds, now.Second)
            && InRange(spec.Minutes, now.Minute)
            && InRange(spec.Hours, now.Hour)
            && InRange(spec.MonthDays, now.Day)
            && InRange(spec.WeekDays, weekDay)
            && InRange(spec.YearDays, now.DayOfYear)
            && InRange(spec.Months, now.Month)
            && InRange(spec.Years, now.Year)
            && InRange(spec.Weeks, ISOWeek.GetWeekOfYear(day))
            && InRange(spec.WeekYears, ISOWeek.GetYear(day));
    }

    // "7", "1-5", "5-", "-5"
    private static bool InRange(string? range, int value)
    {
        if (range is null)
            return true;
        int dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
            return Number(range) == value;
        string low = range[..dash];
        string high = range[(dash + 1)..];
        return (low.Length == 0 || value >= Number(low)) && (high.Length == 0 || value <= Number(high));
    }
}

/// <summary>ISO 8601 instants as the field writes them: calendar, ordinal and week dates, with or without time and offset.</summary>
internal static class IsoTime
{
    private static readonly string[] s_times = ["H\\:m\\:s", "HH\\:mm\\:ss", "HH\\:mm", "HHmmss", "HHmm", "HH", "H\\:m"];

    public static DateTimeOffset? Parse(string text)
    {
        text = text.Trim();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && text.Length > 8)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        int split = text.IndexOfAny(['T', ' ']);
        string datePart = split < 0 ? text : text[..split];
        string timePart = split < 0 ? "" : text[(split + 1)..].Trim();
        if (datePart.EndsWith('Z'))
            datePart = datePart[..^1];
        DateTime? date = ParseDate(datePart);
        if (date is null)
            return null;
        TimeSpan offset = TakeOffset(ref timePart);
        TimeSpan time = default;
        if (timePart.Length > 0)
        {
            if (!DateTime.TryParseExact(
                    timePart, s_times, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out DateTime clock))
                return null;
            time = clock.TimeOfDay;
        }

        return new DateTimeOffset(date.Value + time, offset);
    }

    private static DateTime? ParseDate(string text)
    {
        if (text.Contains('W'))
            return ParseWeek(text);
        if (DateTime.TryParseExact(text, ["yyyy-M-d", "yyyy-MM-dd", "yyyyMMdd", "yyyy-MM"], CultureInfo.InvariantCulture,
                DateTimeStyles.None, out DateTime date))
            return date;
        string digits = text.Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 7 && int.TryParse(digits.AsSpan(0, 4), out int year)
            && int.TryParse(digits.AsSpan(4), out int day) && day is > 0 and < 367
            ? new DateTime(year, 1, 1).AddDays(day - 1) : null;
    }

    private static DateTime? ParseWeek(string text)
    {
        string plain = text.Replace("-", "", StringComparison.Ordinal);
        int w = plain.IndexOf('W', StringComparison.Ordinal);
        if (w != 4 || plain.Length < 7 || !int.TryParse(plain.AsSpan(0, 4), out int year)
            || !int.TryParse(plain.AsSpan(5, 2), out int week))
            return null;
        int day = plain.Length > 7 ? plain[7] - '0' : 1;
        return ISOWeek.ToDateTime(year, week, day == 7 ? DayOfWeek.Sunday : (DayOfWeek)day);
    }

    private static TimeSpan TakeOffset(ref string time)
    {
        time = time.Trim();
        if (time.EndsWith('Z'))
        {
            time = time[..^1].Trim();
            return default;
        }

        int sign = time.IndexOfAny(['+', '-']);
        if (sign < 0)
            return default;
        string offset = time[(sign + 1)..].Replace(":", "", StringComparison.Ordinal);
        bool negative = time[sign] == '-';
        time = time[..sign].Trim();
        if (offset.Length < 2 || !int.TryParse(offset.AsSpan(0, 2), out int hours))
            return default;
        _ = int.TryParse(offset.Length >= 4 ? offset.AsSpan(2, 2) : "0", out int minutes);
        var span = new TimeSpan(hours, minutes, 0);
        return negative ? -span : span;
    }
}
