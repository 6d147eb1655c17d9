using System.Globalization;
using System.Text;

namespace Truce.Cli.Alerts;

/// <summary>
/// Times as <c>date(1)</c> writes them in the C locale; <c>%N</c> with a number of digits (<c>%06N</c>) is a
/// fraction of a second. What isn't known stays as it is written.
/// </summary>
internal static class TimestampFormat
{
    /// <summary>What Pacemaker writes if nothing is configured.</summary>
    public const string Default = "%H:%M:%S.%06N";

    private const int LengthMax = 1024;
    private const int NanosecondDigits = 9;

    /// <summary>Writes a time, in its own zone.</summary>
    public static string Write(string format, DateTimeOffset at)
    {
        StringBuilder text = new();
        for (int i = 0; i < format.Length && text.Length < LengthMax; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            int end = i + 1;
            while (end < format.Length - 1 && char.IsAsciiDigit(format[end]))
                end++;
            string digits = format[(i + 1)..end];
            text.Append(format[end] == 'N' ? Fraction(digits, at)
                : (digits.Length == 0 ? Field(format[end], at) : null) ?? format[i..(end + 1)]);
            i = end;
        }

        return text.ToString();
    }

    private static string Fraction(string digits, DateTimeOffset at)
    {
        string all = (at.Ticks % TimeSpan.TicksPerSecond * 100).ToString("D9", CultureInfo.InvariantCulture);
        int count = int.TryParse(digits, CultureInfo.InvariantCulture, out int given) && given > 0
            ? given : NanosecondDigits;
        return all[..Math.Min(count, NanosecondDigits)];
    }

    private static string? Field(char field, DateTimeOffset at) => field switch
    {
        'Y' => Part(at, "yyyy"),
        'y' => Part(at, "yy"),
        'm' => Part(at, "MM"),
        'd' => Part(at, "dd"),
        'e' => at.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'j' => at.DayOfYear.ToString("D3", CultureInfo.InvariantCulture),
        'H' => Part(at, "HH"),
        'I' => Part(at, "hh"),
        'M' => Part(at, "mm"),
        'S' => Part(at, "ss"),
        'p' => Part(at, "tt"),
        'a' => Part(at, "ddd"),
        'A' => Part(at, "dddd"),
        'b' or 'h' => Part(at, "MMM"),
        'B' => Part(at, "MMMM"),
        'u' => (at.DayOfWeek == DayOfWeek.Sunday ? 7
            : (int)at.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'w' => ((int)at.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'F' => Part(at, "yyyy-MM-dd"),
        'T' or 'X' => Part(at, "HH:mm:ss"),
        'R' => Part(at, "HH:mm"),
        'D' or 'x' => Part(at, "MM/dd/yy"),
        'c' => $"{Part(at, "ddd MMM")} {Field('e', at)} {Part(at, "HH:mm:ss yyyy")}",
        's' => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'z' => Part(at, "zzz").Replace(":", "", StringComparison.Ordinal),
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => null,
    };

    private static string Part(DateTimeOffset at, string format) =>
        at.ToString(format, CultureInfo.InvariantCulture);
}
