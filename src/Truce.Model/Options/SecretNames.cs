
namespace Truce.Model;

/// <summary>Names of pairs whose values are secrets: never shown, logged or reported.</summary>
public static class SecretNames
{
    /// <summary>What is shown instead of a secret.</summary>
    public const string Mask = "********";

    private static readonly HashSet<string> s_whole =
        new[] { "pass", "pwd", "pw", "secret", "token", "passphrase", "key", "credentials" }.ToHashSet();

    private static readonly string[] s_parts =
        ["passw", "passwd", "password", "secret", "passphrase", "api_key", "apikey", "api-key", "access_key",
            "private_key", "snmp_priv", "auth_token"];

    // A program that prints the secret isn't one, nor is a file's name.
    private static readonly string[] s_harmlessEnds =
        ["_script", "-script", "_file", "-file", "_path", "-path"];

    /// <summary>Whether the value of a pair of that name is a secret.</summary>
    public static bool Contains(string? name)
    {
        if (name is null)
            return false;
        string lower = name.ToLowerInvariant();
        if (s_harmlessEnds.Any(e => lower.EndsWith(e, StringComparison.Ordinal)))
            return false;
        return s_whole.Contains(lower) || s_parts.Any(p => lower.Contains(p, StringComparison.Ordinal));
    }

    /// <summary>The value as it may be shown.</summary>
    public static string? Shown(string? name, string? value) =>
        value is { Length: > 0 } && Contains(name) ? Mask : value;

    /// <summary>
    /// The configuration with all secrets masked, for display; references and all else stay.
    /// </summary>
    public static Configuration Masked(Configuration configuration) => SecretMask.Apply(configuration);
}
