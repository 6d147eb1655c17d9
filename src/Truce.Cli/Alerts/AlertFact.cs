using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Alerts;

/// <summary>The cluster at one moment, as one node's copy has it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Cib">Configuration and history.</param>
internal sealed record AlertMoment(ClusterStatusDocument Status, Cib Cib);

/// <summary>Something that alert agents are told of.</summary>
/// <param name="Kind">CRM_alert_kind: node, fencing, resource, attribute, or truce.</param>
/// <param name="At">When.</param>
/// <param name="Topic">By what agents select it.</param>
/// <param name="Variables">Further variables, without CRM_alert_.</param>
internal sealed record AlertFact(
    string Kind, DateTimeOffset At, AlertTopic Topic, ImmutableSortedDictionary<string, string> Variables)
{
    /// <summary>A fact with these variables.</summary>
    public static AlertFact Of(
        string kind, DateTimeOffset at, AlertTopic topic,
            params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in variables)
            all[name] = value;
        return new AlertFact(kind, at, topic, all.ToImmutable());
    }
}

/// <summary>What an alert's <c>select</c> names.</summary>
internal abstract record AlertTopic
{
    private AlertTopic() { }

    /// <summary>Fencing, nodes or resources.</summary>
    public sealed record Event(AlertEvents Events) : AlertTopic;

    /// <summary>A node attribute.</summary>
    public sealed record Attribute(string Name) : AlertTopic;
}

/// <summary>One call of an alert agent.</summary>
/// <param name="Alert">The alert's id.</param>
/// <param name="Recipient">The recipient's id; empty: the alert has none.</param>
/// <param name="Path">The agent.</param>
/// <param name="Timeout">After which it is killed.</param>
/// <param name="Environment">All its variables; may hold secrets.</param>
internal sealed record AlertCall(
    string Alert, string Recipient, string Path, TimeSpan Timeout,
    ImmutableSortedDictionary<string, string> Environment)
{
    /// <summary>Variables whose values are secrets, by name.</summary>
    public ImmutableSortedSet<string> Secrets { get; init; } = [];

    /// <summary>Further variables, by where their values lie: they are read when the agent is run. Only what
    /// the configuration says is among them, never what an event says.</summary>
    public ImmutableSortedDictionary<string, SecretReference> References { get; init; } =
        ImmutableSortedDictionary<string, SecretReference>.Empty;

    /// <summary>Calls of one line follow each other; others may run beside them.</summary>
    public string Line => $"{Alert} {Recipient}";

    /// <summary>Leaves the environment out.</summary>
    public override string ToString() => Recipient.Length == 0
        ? $"alert {Alert} ({Path})" : $"alert {Alert} to {Recipient} ({Path})";
}
