using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Model.Fencing;

/// <summary>What came of reading a file about sbd.</summary>
public abstract record SbdReadResult
{
    private SbdReadResult() { }

    /// <summary>It reads.</summary>
    public sealed record Accepted(SbdFile File) : SbdReadResult;

    /// <summary>Neither form is in it.</summary>
    public sealed record Refused(Finding Finding) : SbdReadResult;
}

/// <summary>
/// What a file says of sbd, in one of two forms (sbd(8)): the settings of a node (/etc/default/sbd or
/// /etc/sysconfig/sbd: <c>SBD_WATCHDOG_TIMEOUT=5</c>), or the header of a device as <c>sbd dump</c> prints it
/// (<c>Timeout (msgwait)  : 10</c>).
/// </summary>
/// <param name="Name">What findings call it.</param>
/// <param name="Values">In the order of the file.</param>
public sealed record SbdFile(string Name, ImmutableArray<SbdValue> Values)
{
    /// <summary>No file about sbd is longer.</summary>
    public const int CharactersMax = 256 * 1024;

    /// <summary>Sbd's own, where the settings name no timeout of the watchdog.</summary>
    public const int WatchdogDefaultSeconds = 5;

    /// <summary>The devices.</summary>
    public const string DeviceKey = "SBD_DEVICE";

    /// <summary>The timeout of the watchdog, in seconds.</summary>
    public const string WatchdogKey = "SBD_WATCHDOG_TIMEOUT";

    private const string Id = "sbd-syntax";
    private const string SettingPrefix = "SBD_";
    private const string TimeoutPrefix = "Timeout (";
    private const string Export = "export ";

    /// <summary>Whether it is a device's header, and not a node's settings.</summary>
    public bool IsHeader => Values.Any(v => v.Key.StartsWith(TimeoutPrefix, StringComparison.Ordinal));

    /// <summary>The devices that a node's settings name; none: diskless sbd.</summary>
    public string[] Devices => Find(DeviceKey)?.Text.Split(
        ';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The watchdog's timeout in a node's settings, in seconds.</summary>
    public int WatchdogSeconds => Seconds(WatchdogKey) ?? WatchdogDefaultSeconds;

    /// <summary>The last value of a key, as a shell takes it; null: none.</summary>
    public SbdValue? Find(string key) => Values.LastOrDefault(v => v.Key == key);

    /// <summary>A value as whole seconds; null: there is none, or it isn't a number.</summary>
    public int? Seconds(string key) =>
        int.TryParse(Find(key)?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;

    /// <summary>Reads either form; other lines are passed over, as a shell script may hold
    /// anything.</summary>
    public static SbdReadResult Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > CharactersMax)
            return Refused(file, $"longer than {CharactersMax} characters");
        ImmutableArray<SbdValue> values =
        [
            .. text.Split('\n').Select((line, index) => Value(line.Trim(), index + 1)).OfType<SbdValue>(),
        ];
        return values.IsEmpty
            ? Refused(file, "neither a setting of sbd (SBD_…=…) nor the header of a device (Timeout (…): …)")
            : new SbdReadResult.Accepted(new SbdFile(file, values));
    }

    private static SbdValue? Value(string line, int number)
    {
        if (line.StartsWith(Export, StringComparison.Ordinal))
            line = line[Export.Length..].TrimStart();
        char separator = line.StartsWith(SettingPrefix, StringComparison.Ordinal) ? '='
            : line.StartsWith(TimeoutPrefix, StringComparison.Ordinal) ? ':' : '\0';
        int at = separator == '\0' ? -1 : line.IndexOf(separator, StringComparison.Ordinal);
        return at <= 0 ? null : new SbdValue(line[..at].TrimEnd(), Unquoted(line[(at + 1)..].Trim()), number);
    }

    // What follows a quoted value, or a space, is a comment or a mistake: the shell doesn't assign it.
    private static string Unquoted(string text)
    {
        if (text is ['"' or '\'', ..])
        {
            int end = text.IndexOf(text[0], 1);
            return end < 0 ? text[1..] : text[1..end];
        }

        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? text : text[..space];
    }

    private static SbdReadResult.Refused Refused(string file, string what) => new(new Finding(
        Id, Severity.Error, file, 1, 1, "file",
            what, "name /etc/default/sbd, /etc/sysconfig/sbd, or what sbd dump printed"));
}

/// <summary>A line of it.</summary>
public sealed record SbdValue(string Key, string Text, int Line);
