using System.Globalization;

namespace Truce.Cli;

/// <summary>Points in time on the command line: <c>21:58</c>, <c>21:58:57</c> (the last time that a clock
/// here showed it), <c>2026-11-30 21:58:57</c>, with <c>Z</c> in UTC, else in the zone of whoever
/// asks.</summary>
internal static class Times
{
    private static readonly string[] s_clock = ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"];

    private static readonly string[] s_dated =
        ["yyyy-MM-dd H:mm", "yyyy-MM-dd H:mm:ss", "yyyy-MM-dd H:mm:ss.FFFFFFF", "yyyy-MM-dd'T'H:mm:ss",
            "yyyy-MM-dd'T'H:mm:ss.FFFFFFF"];

    /// <summary>Reads one; null if it isn't one.</summary>
    public static DateTimeOffset? Parse(string text, TimeProvider time)
    {
        bool isUtc = text.EndsWith('Z');
        string bare = isUtc ? text[..^1] : text;
        TimeZoneInfo zone = isUtc ? TimeZoneInfo.Utc : time.LocalTimeZone;
        DateTimeOffset now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);
        if (IsTime(bare, s_dated, out DateTime dated))
            return At(dated, zone);
        if (!IsTime(bare, s_clock, out DateTime clock))
            return null;
        DateTimeOffset today = At(now.Date + clock.TimeOfDay, zone);
        return today <= now ? today : At(now.Date.AddDays(-1) + clock.TimeOfDay, zone);
    }

    /// <summary>Writes one, in UTC.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool IsTime(string text, string[] formats, out DateTime time) => DateTime.TryParseExact(
        text, formats, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out time);

    private static DateTimeOffset At(DateTime wall, TimeZoneInfo zone) => new(wall, zone.GetUtcOffset(wall));
}
