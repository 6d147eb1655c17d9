using System.Globalization;

namespace Truce.Model;

/// <summary>
/// A schema of the field, <c>pacemaker-MAJOR.MINOR</c>; <c>pacemaker-next</c> counts as the newest.
/// </summary>
public readonly record struct SchemaVersion(int Major, int Minor) : IComparable<SchemaVersion>
{
    private const string Prefix = "pacemaker-";

    /// <summary>The newest that Truce knows.</summary>
    public static SchemaVersion Newest => new(4, 0);

    /// <summary>
    /// The first whose vocabulary the model uses; older documents are upgraded while they are read.
    /// </summary>
    public static SchemaVersion Current => new(3, 0);

    /// <summary>The first that spells roles <c>Promoted</c> and <c>Unpromoted</c>.</summary>
    public static SchemaVersion PromotedRoles => new(3, 7);

    /// <summary>Reads a value of <c>validate-with</c>; false if it names no schema up to 4.0. The names
    /// before 1.0 are taken, as every schema does; such a document is read as 1.0.</summary>
    public static bool TryParse(string text, out SchemaVersion version)
    {
        version = Newest;
        if (text == "pacemaker-next")
            return true;
        text = text == "transitional-0.6" ? "pacemaker-0.6" : text;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        string[] parts = text[Prefix.Length..].Split('.');
        if (parts.Length != 2 || !TryParsePart(parts[0], out int major)
            || !TryParsePart(parts[1], out int minor))
            return false;
        version = new SchemaVersion(major, minor);
        return version.IsKnown;
    }

    private bool IsKnown => Major switch
    {
        0 => Minor is 6 or 7,
        1 => Minor <= 3,
        2 or 3 => Minor <= 10,
        4 => Minor == 0,
        _ => false,
    };

    private static bool TryParsePart(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <inheritdoc/>
    public int CompareTo(SchemaVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <summary>As <c>validate-with</c> has it.</summary>
    public override string ToString() => $"{Prefix}{Major}.{Minor}";
}
