using System.Globalization;
using System.Text;

namespace Truce.Model;

/// <summary>Makes ids that a configuration doesn't have yet.</summary>
public sealed class IdSource
{
    private readonly HashSet<string> _taken;

    /// <summary>Knows the ids of that configuration.</summary>
    public IdSource(Configuration configuration) => _taken = IdCollector.Collect(configuration);

    private IdSource() => _taken = [];

    /// <summary>For the status, where ids needn't be unique.</summary>
    public static IdSource Unchecked => new();

    /// <summary>
    /// The requested id with every invalid character replaced, and with a number appended if it
    /// is taken. It is taken from then on.
    /// </summary>
    public string Unused(string wish)
    {
        string id = Legal(wish);
        string candidate = id;
        for (int i = 1; !_taken.Add(candidate); i++)
            candidate = id + "-" + i.ToString(CultureInfo.InvariantCulture);
        return candidate;
    }

    private static string Legal(string wish)
    {
        StringBuilder id = new(wish.Length);
        foreach (char c in wish)
            id.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_');
        return id.Length == 0 ? "id" : id.ToString();
    }
}
