using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Truce.Daemon.Hosting;

/// <summary>What an entry in the journal can be searched for by, besides its text (docs/operations/logs.md):
/// what is always the same for a role's process, and what the scopes around an entry say.</summary>
/// <param name="role">The role.</param>
/// <param name="always">Further fields of each entry.</param>
internal sealed class LogFields(string role, params IReadOnlyList<KeyValuePair<string, string>> always)
{
    // What a scope may say. Other names are for the text only.
    private static readonly string[] s_said = ["Epoch", "FenceEpoch", "Cause", "Target"];

    /// <summary>The fields of one entry.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="scopes">What is said around it; the innermost comes last, and counts.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Of(LogLevel level, IExternalScopeProvider scopes)
    {
        SortedDictionary<string, string> fields = new(StringComparer.Ordinal)
        {
            ["PRIORITY"] = Priority(level).ToString(CultureInfo.InvariantCulture),
            ["SYSLOG_IDENTIFIER"] = "truced",
            ["TRUCE_ROLE"] = role,
        };
        foreach ((string name, string value) in always)
            fields[name] = value;
        scopes.ForEachScope((scope, all) => Add(all, scope), fields);
        return [.. fields];
    }

    private static void Add(SortedDictionary<string, string> fields, object? scope)
    {
        foreach ((string name, object? value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
        {
            if (s_said.Contains(name))
                fields["TRUCE_" + Words(name)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
    }

    // FenceEpoch is FENCE_EPOCH.
    private static string Words(string name) => string.Concat(name.Select(
        (c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));

    // syslog(3).
    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information or LogLevel.None => 6,
        LogLevel.Debug or LogLevel.Trace => 7,
    };
}
