namespace Truce.Model;

/// <summary>
/// A value that says where a secret lies, instead of being one. It is read on the node, when an agent is run,
/// so that the secret itself is in no configuration, message or log.
/// </summary>
public abstract record SecretReference
{
    private const string FilePrefix = "secret-file:";
    private const string PacemakerValue = "lrm://";

    private SecretReference() { }

    /// <summary><c>secret-file:/absolute/path</c>.</summary>
    public sealed record InFile(string Path) : SecretReference;

    /// <summary><c>lrm://</c>, as Pacemaker's cibsecret writes it: a file named
    /// after resource and parameter.</summary>
    public sealed record OfPacemaker : SecretReference;

    /// <summary>Something that begins like one and can't be one.</summary>
    public sealed record Malformed(string Problem) : SecretReference;

    /// <summary>What a value refers to; null: it is a value like any other.</summary>
    public static SecretReference? TryParse(string? value)
    {
        if (value is null)
            return null;
        if (value == PacemakerValue)
            return new OfPacemaker();
        if (!value.StartsWith(FilePrefix, StringComparison.Ordinal))
            return null;
        string path = value[FilePrefix.Length..];
        bool isAbsolute = path.Length > 1 && path[0] == '/' && !path.Contains('\0', StringComparison.Ordinal);
        bool isPlain = isAbsolute && !path[1..].Split('/').Any(p => p is "" or "." or "..");
        return isPlain ? new InFile(path) : new Malformed($"{value} isn't the absolute path of a file");
    }
}
