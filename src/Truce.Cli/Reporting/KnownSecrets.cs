using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Cli.Reporting;

/// <summary>The secrets that this node can know: those of the configuration, now and in the versions before,
/// and those in the files that it names.</summary>
internal sealed class KnownSecrets(SecretFiles files)
{
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _unread = new(StringComparer.Ordinal);

    /// <summary>The values.</summary>
    public IReadOnlyCollection<string> Values => _values;

    /// <summary>Why some aren't known, in sentences.</summary>
    public IReadOnlyCollection<string> Unread => _unread;

    /// <summary>Adds those of a CIB.</summary>
    public void Add(Cib cib)
    {
        foreach (SecretValue secret in SecretNames.ValuesIn(cib))
        {
            if (SecretReference.TryParse(secret.Value) is { } reference)
                AddFile(secret, reference);
            else
                _values.Add(secret.Value);
        }
    }

    /// <summary>Says why some aren't known.</summary>
    public void Misses(string why) => _unread.Add(why);

    // Other nodes' files aren't here; nor can this user read root's.
    private void AddFile(SecretValue secret, SecretReference reference)
    {
        try
        {
            _values.Add(files.Read(secret.Owner, secret.Name, reference));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            _unread.Add($"{secret}: {unreadable.Message.Split("; do:")[0]}");
        }
    }
}
