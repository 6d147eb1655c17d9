using System.Collections.Immutable;
using System.Text;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>
/// Replaces values that name a secret's file with the secret. Only files that no other user can have
/// read or written are accepted: a regular file that belongs to root or to us, accessible to its owner
/// only, and not reached through a link.
/// </summary>
public sealed class SecretFiles(AgentSettings settings)
{
    private static readonly UTF8Encoding s_strict = new(false, true);

    /// <summary>The operation with its secrets; else why one can't be read.</summary>
    public (OperationSpec Operation, string? Problem) Resolve(OperationSpec operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        (string Name, SecretReference Reference)[] references =
        [
            .. operation.Parameters.Select(p => (p.Key, SecretReference.TryParse(p.Value)!)).Where(r => r.Item2 is not null),
        ];
        if (references.Length == 0)
            return (operation, null);
        ImmutableSortedDictionary<string, string>.Builder parameters = operation.Parameters.ToBuilder();
        string? problem = null;
        foreach ((string name, SecretReference reference) in references)
        {
            // Without the parameter at least a stop can be tried: what doesn't stop is fenced.
            parameters.Remove(name);
            try
            {
                parameters[name] = Read(operation.Resource, name, reference);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem ??= $"{name}: {e.Message}";
            }
        }

        return (operation with { Parameters = parameters.ToImmutable(), SecretParameters = [.. references.Select(r => r.Name)] }, problem);
    }

    /// <summary>The secret.</summary>
    /// <param name="owner">The resource or alert that has the value.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="reference">The value.</param>
    /// <exception cref="IOException">It can't be read; the message says why, and what to do.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public string Read(string owner, string name, SecretReference reference) => reference switch
    {
        SecretReference.InFile(var path) => Read(path),
        SecretReference.OfPacemaker => Read(Path.Combine(settings.PacemakerSecrets, PartOf(owner), PartOf(name))),
        SecretReference.Malformed(var problem) => throw new IOException(problem),
    };

    private static string PartOf(string name) => name.Contains('/', StringComparison.Ordinal) || name is "." or ".." or ""
        ? throw new IOException($"{name} is not a valid name for a secret's file")
        : name;

    private static string Read(string path)
    {
        byte[] bytes = PrivateFile.Read(path);
        string text;
        try
        {
            text = s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new IOException($"{path} is not UTF-8; do: write the secret as text");
        }

        text = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw new IOException($"{path} contains no secret; do: write it on the file's first line");
    }
}
