using System.CommandLine.Parsing;
using System.Globalization;

namespace Truce.Cli;

/// <summary>Lengths of time on the command line: <c>500ms</c>, <c>90</c> or <c>90s</c>,
/// <c>10min</c>, <c>2h</c>.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Seconds)[] s_units =
        [("ms", 0.001), ("min", 60), ("m", 60), ("h", 3600), ("d", 86400), ("s", 1), ("", 1)];

    /// <summary>Reads one; null if it isn't one.</summary>
    public static TimeSpan? Parse(string text)
    {
        (string unit, double seconds) = s_units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        bool isNumber = double.TryParse(
            text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        return isNumber && number * seconds is >= 0 and < 3_000_000_000 ? TimeSpan.FromSeconds(number * seconds) : null;
    }

    /// <summary>Reads an option's.</summary>
    public static TimeSpan ParseOption(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Parse(text) is { } duration)
            return duration;
        result.AddError($"{text}: not a duration; write for example 500ms, 90s, 10min or 2h");
        return default;
    }
}
