using System.Globalization;

using Truce.Model;

namespace Truce.Analysis.Execution;

/// <summary>
/// An operation and its result, as given on the command line:
/// <c>RESOURCE_OPERATION_MILLISECONDS@NODE=EXITCODE</c>.
/// </summary>
public sealed record OperationSpec(
    ResourceId Resource, string Operation, long IntervalMs, NodeId Node, int ExitCode)
{
    /// <summary>Reads one; null if it doesn't have that form.</summary>
    public static OperationSpec? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOf('@', StringComparison.Ordinal), equal = text.LastIndexOf('=');
        if (at < 0 || equal < at || Key(text[..at]) is not var (resource, operation, interval))
            return null;
        string node = text[(at + 1)..equal];
        return node.Length > 0 && int.TryParse(
            text.AsSpan(equal + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int exitCode)
            ? new OperationSpec(new ResourceId(resource), operation, interval, new NodeId(node), exitCode)
            : null;
    }

    /// <summary>The operation as the history keys it.</summary>
    public string Key() => string.Create(CultureInfo.InvariantCulture, $"{Resource}_{Operation}_{IntervalMs}");

    // migrate_to and migrate_from contain the separator themselves.
    private static (string Resource, string Operation, long IntervalMs)? Key(string key)
    {
        int last = key.LastIndexOf('_');
        if (last <= 0
            || !long.TryParse(key.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long interval))
            return null;
        string front = key[..last];
        foreach (string migrate in (ReadOnlySpan<string>)["_migrate_to", "_migrate_from"])
        {
            if (front.EndsWith(migrate, StringComparison.Ordinal) && front.Length > migrate.Length)
                return (front[..^migrate.Length], migrate[1..], interval);
        }

        int middle = front.LastIndexOf('_');
        return middle <= 0 || middle == front.Length - 1 ? null : (front[..middle], front[(middle + 1)..], interval);
    }
}
