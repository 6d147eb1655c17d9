using System.Text.RegularExpressions;

namespace Truce.Model;

/// <summary>
/// Regular expressions that administrators write: matched without backtracking, in time
/// proportional to the text, so that no pattern can hold up a plan (promise S9). Patterns that
/// can't be matched so aren't patterns here.
/// </summary>
public static class SafePattern
{
    /// <summary>Longer ones take memory without end when they are compiled.</summary>
    public const int LengthMax = 1_000;

    /// <summary>The pattern; null if it isn't one, and then <paramref name="complaint"/> says why.</summary>
    public static Regex? TryMake(string pattern, out string complaint)
    {
        complaint = "";
        if (pattern.Length > LengthMax)
        {
            complaint = $"is {pattern.Length} characters long; {LengthMax} is the limit";
            return null;
        }

        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (ArgumentException e)
        {
            complaint = $"is not a regular expression: {e.Message}";
        }
        catch (NotSupportedException)
        {
            complaint = "needs backtracking (a back reference, a look-around), or is too large once it is expanded";
        }

        return null;
    }
}
