using System.Globalization;

namespace Truce.Model;

/// <summary>Numbers in attribute values: decimal, without separators, read the same everywhere.</summary>
public static class Numbers
{
    /// <summary>A whole number with an optional sign; null if absent or none, or too large.</summary>
    public static int? ParseInt(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number : null;

    /// <inheritdoc cref="ParseInt"/>
    public static long? ParseLong(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : null;
}
