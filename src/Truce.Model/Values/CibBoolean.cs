namespace Truce.Model;

/// <summary>Booleans as the CIB spells them, whatever the case of the letters.</summary>
public static class CibBoolean
{
    /// <summary>True for true, on, yes, y, 1; false for false, off, no, n, 0; else null.</summary>
    public static bool? Parse(string? text) => text?.Length switch
    {
        1 => text[0] switch
        {
            '1' or 'y' or 'Y' => true,
            '0' or 'n' or 'N' => false,
            _ => null,
        },
        2 => Is(text, "on") ? true : Is(text, "no") ? false : null,
        3 => Is(text, "yes") ? true : Is(text, "off") ? false : null,
        4 => Is(text, "true") ? true : null,
        5 => Is(text, "false") ? false : null,
        _ => null,
    };

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The spelling that is written: <c>true</c> or <c>false</c>.</summary>
    public static string Text(bool value) => value ? "true" : "false";
}
