using System.Globalization;

namespace Truce.Model.Rules;

/// <summary>Judges date expressions.</summary>
internal static class DateRules
{
    public static RuleVerdict Judge(RuleCondition.DateTest test, DateTimeOffset now)
    {
        DateTimeOffset? start = Parse(test.Start, now);
        DateTimeOffset? end = Parse(test.End, now);
        return test.Operation switch
        {
            DateOperation.GreaterThan => JudgeAfter(start, now),
            DateOperation.LessThan => JudgeBefore(end, now),
            DateOperation.InRange => JudgeRange(start, end ?? End(start, test.Duration), now),
            DateOperation.Spec => new RuleVerdict(test.Spec is { } spec && Matches(spec, now), null),
        };
    }

    private static DateTimeOffset? Parse(string? text, DateTimeOffset now) =>
        text is not null && IsoTime.TryParse(text, now.Offset, out DateTimeOffset time) ? time : null;

    private static RuleVerdict JudgeAfter(DateTimeOffset? start, DateTimeOffset now)
    {
        if (start is not { } from)
            return default;
        // The rule holds from the second after its start, so that is when to look again.
        return now > from ? new RuleVerdict(true, null) : new RuleVerdict(false, OneSecondAfter(from));
    }

    private static RuleVerdict JudgeBefore(DateTimeOffset? end, DateTimeOffset now)
    {
        if (end is not { } to)
            return default;
        return now < to ? new RuleVerdict(true, to) : new RuleVerdict(false, null);
    }

    // A range contains both its ends.
    private static RuleVerdict JudgeRange(DateTimeOffset? start, DateTimeOffset? end, DateTimeOffset now)
    {
        if (start is null && end is null)
            return default;
        if (start is { } from && now < from)
            return new RuleVerdict(false, from);
        if (end is { } to)
            return now <= to ? new RuleVerdict(true, OneSecondAfter(to)) : new RuleVerdict(false, null);
        return new RuleVerdict(true, null);
    }

    private static DateTimeOffset? OneSecondAfter(DateTimeOffset time) =>
        time < DateTimeOffset.MaxValue.AddSeconds(-1) ? time.AddSeconds(1) : null;

    private static DateTimeOffset? End(DateTimeOffset? start, DatePattern? duration)
    {
        if (start is not { } from || duration is null)
            return null;
        double seconds = Number(duration.Seconds) + (60d * Number(duration.Minutes)) + (3600d * Number(duration.Hours))
            + (86_400d * (Number(duration.Days) + (7d * Number(duration.Weeks))));
        double months = Number(duration.Months) + (12d * Number(duration.Years));
        bool isBeyondTime = months > 12 * 9000 || seconds > 9000d * 366 * 86_400;
        if (isBeyondTime || from.Year + (months / 12) + (seconds / 31_536_000) > 9990)
            return DateTimeOffset.MaxValue;
        return from.AddMonths((int)months).AddSeconds(seconds);
    }

    private static int Number(string? text) => Numbers.ParseInt(text) ?? 0;

    private static bool Matches(DatePattern spec, DateTimeOffset now) =>
        Matches(spec.Seconds, now.Second)
        && Matches(spec.Minutes, now.Minute)
        && Matches(spec.Hours, now.Hour)
        && Matches(spec.MonthDays, now.Day)
        && Matches(spec.WeekDays, now.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)now.DayOfWeek)
        && Matches(spec.YearDays, now.DayOfYear)
        && Matches(spec.Weeks, ISOWeek.GetWeekOfYear(now.DateTime))
        && Matches(spec.Months, now.Month)
        && Matches(spec.Years, now.Year)
        && Matches(spec.WeekYears, ISOWeek.GetYear(now.DateTime));

    private static bool Matches(string? field, int number) =>
        field is null || (DateRange.TryParse(field, out DateRange range) && range.Contains(number));
}
