using System.Collections.Immutable;

namespace Truce.Agents.Running;

/// <summary>
/// Keeps passwords out of what is shown: an agent may print the parameters that it was given.
/// </summary>
public sealed class SecretText
{
    private const string Mark = "********";
    private static readonly string[] s_marks = ["passw", "secret", "token", "passphrase", "community", "credential"];
    private static readonly string[] s_names = ["pwd", "auth_key", "private_key", "apikey", "api_key", "hexadecimal_kg"];

    private readonly ImmutableArray<string> _values;

    private SecretText(ImmutableArray<string> values) => _values = values;

    /// <summary>The secrets among an agent's parameters, by their names.</summary>
    public static SecretText Of(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        // The longest first: one may be a part of another.
        return new SecretText([.. parameters.Where(p => IsSecret(p.Key) && p.Value.Length > 0).Select(p => p.Value)
            .Distinct().OrderByDescending(v => v.Length)]);
    }

    /// <summary>Whether a parameter of this name holds a secret. The path of a script that prints one is none.</summary>
    public static bool IsSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !name.EndsWith("_script", StringComparison.OrdinalIgnoreCase)
            && !name.EndsWith("_file", StringComparison.OrdinalIgnoreCase)
            && (s_marks.Any(m => name.Contains(m, StringComparison.OrdinalIgnoreCase))
                || s_names.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The text with every secret replaced.</summary>
    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _values.Aggregate(text, (t, secret) => t.Replace(secret, Mark, StringComparison.Ordinal));
    }
}
