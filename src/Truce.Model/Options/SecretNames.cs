namespace Truce.Model;

/// <summary>Names of pairs whose values are secrets: never shown, logged or reported.</summary>
public static class SecretNames
{
    /// <summary>What is shown instead of a secret.</summary>
    public const string Mask = "********";

    private static readonly HashSet<string> s_whole = new[]
    {
        "pass", "pwd", "pw", "secret", "token", "passphrase", "key", "credentials", "auth_key", "hexadecimal_kg", "private_key",
    }.ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] s_parts =
    [
        "passw", "passphrase", "secret", "token", "credential", "community", "api_key", "apikey", "api-key", "access_key",
        "private_key", "snmp_priv", "_pwd", "_pass",
    ];

    // A program that prints the secret isn't one, nor is a file's name, nor what is said of one.
    private static readonly string[] s_harmlessEnds =
        ["_script", "-script", "_file", "-file", "_path", "-path", "_timeout", "_ms", "keyfile"];

    /// <summary>Whether the value of a pair of that name is a secret.</summary>
    public static bool Contains(string? name) =>
        name is not null
        && !Array.Exists(s_harmlessEnds, e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase))
        && (s_whole.Contains(name) || Array.Exists(s_parts, p => name.Contains(p, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The value as it may be shown. Where a secret lies isn't one.</summary>
    public static string? Shown(string? name, string? value) =>
        value is { Length: > 0 } && Contains(name) && SecretReference.TryParse(value) is null ? Mask : value;

    /// <summary>The configuration with all secrets masked, for display;
    /// references and all else stay.</summary>
    public static Configuration Masked(Configuration configuration) => SecretMask.Apply(configuration);

    /// <summary>A whole CIB with all secrets masked, those in nodes' transient attributes too.</summary>
    public static Cib Masked(Cib cib)
    {
        ArgumentNullException.ThrowIfNull(cib);
        return SecretMask.Apply(cib);
    }

    /// <summary>Every value of a CIB that is a secret or says where one lies, so that it can be kept out of
    /// other texts.</summary>
    public static IReadOnlyList<SecretValue> ValuesIn(Cib cib)
    {
        ArgumentNullException.ThrowIfNull(cib);
        return SecretMask.ValuesIn(cib);
    }

    /// <summary>
    /// A configuration that was shown with masks and comes back: each mask becomes the secret that is there
    /// now, at the same owner, set and name. A mask anywhere else stands for nothing.
    /// </summary>
    public static Unmasking Unmask(Configuration proposed, Configuration present)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        ArgumentNullException.ThrowIfNull(present);
        return SecretMask.Undo(proposed, present);
    }
}

/// <summary>A value that is a secret, or a <see cref="SecretReference"/> to one.</summary>
/// <param name="Owner">The id of the resource, alert or other element that has it.</param>
/// <param name="Name">The pair's name.</param>
/// <param name="Value">The value as it is written.</param>
public sealed record SecretValue(string Owner, string Name, string Value)
{
    /// <summary>Leaves the value out.</summary>
    public override string ToString() => $"{Owner}: {Name}";
}

/// <summary>What became of a configuration with masks.</summary>
/// <param name="Configuration">With every secret that was found.</param>
/// <param name="Restored">How many masks became secrets.</param>
/// <param name="Unknown">Where a mask stands that hides nothing, as <c>primitive db: password</c>.</param>
public sealed record Unmasking(Configuration Configuration, int Restored, EquatableArray<string> Unknown);
