using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Cli.Alerts;

/// <summary>Which agents a fact calls, with which variables: a function of the configuration.</summary>
/// <param name="configuration">The configuration in force.</param>
/// <param name="zone">The zone that timestamps are told in.</param>
internal sealed class AlertCalls(Model.Configuration configuration, TimeZoneInfo zone)
{
    /// <summary>The version of Pacemaker whose alerts these are: agents ask for 1.1.15 or later.</summary>
    public const string Version = "3.0.2";

    private const string Prefix = "CRM_alert_";

    // ClusterMon's name for the same, which older agents read.
    private const string OlderPrefix = "CRM_notify_";
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_timeoutMax = TimeSpan.FromHours(1);

    private readonly ConfigurationIndex _index = new(configuration);

    /// <summary>Whether any agent is told of changed attributes.</summary>
    public bool WantAttributes { get; } =
        configuration.Alerts.Any(a => a.Selection is { Attributes: not null });

    /// <summary>Whether there are any.</summary>
    public bool Any => !_index.Configuration.Alerts.IsEmpty;

    /// <summary>The calls for a fact; each alert once for each recipient, or once if it has none.</summary>
    /// <param name="fact">What happened.</param>
    /// <param name="sequence">Its number among all that this node tells.</param>
    public IEnumerable<AlertCall> For(AlertFact fact, long sequence)
    {
        foreach (Alert alert in _index.Configuration.Alerts.Where(a => Selects(a.Selection, fact.Topic)))
        {
            EquatableArray<AlertRecipient> recipients = alert.Recipients;
            foreach (AlertRecipient? recipient in recipients.IsEmpty ? [null]
                : recipients.Select(r => (AlertRecipient?)r))
            {
                if (Call(alert, recipient, fact, sequence) is { } call)
                    yield return call;
            }
        }
    }

    // Without a selection all but attributes; an empty list of attributes is all of them.
    private static bool Selects(AlertSelection? selection, AlertTopic topic) => topic switch
    {
        AlertTopic.Event(var events) => selection is null || selection.Events.HasFlag(events),
        AlertTopic.Attribute(var name) => selection?.Attributes is { } names
            && (names.IsEmpty || names.Any(n => n.Name == name)),
    };

    private AlertCall? Call(Alert alert, AlertRecipient? recipient, AlertFact fact, long sequence)
    {
        RuleContext context = new() { Now = fact.At, FindRule = _index.Rule };
        SortedList<string, string> meta = Values(recipient?.MetaAttributes, alert.MetaAttributes, context);
        if (CibBoolean.Parse(meta.GetValueOrDefault("enabled")) == false)
            return null;
        var environment = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var references =
            ImmutableSortedDictionary.CreateBuilder<string, SecretReference>(StringComparer.Ordinal);
        environment["PATH"] = Path;
        SortedList<string, string> own =
            Values(recipient?.InstanceAttributes, alert.InstanceAttributes, context);
        foreach ((string name, string value) in own)
        {
            if (IsVariable(name) && SecretReference.TryParse(value) is { } reference)
                references[name] = reference;
            else if (IsVariable(name))
                environment[name] = value;
        }

        foreach ((string name, string value) in Variables(fact, recipient, meta, sequence))
            environment[Prefix + name] = environment[OlderPrefix + name] = value;
        return new AlertCall(
            alert.Id, recipient?.Id ?? "", alert.Path, Timeout(meta.GetValueOrDefault("timeout")),
            environment.ToImmutable())
        {
            Secrets = [.. own.Keys.Where(SecretNames.Contains)],
            References = references.ToImmutable(),
        };
    }

    private IEnumerable<(string Name, string Value)> Variables(
        AlertFact fact, AlertRecipient? recipient, SortedList<string, string> meta, long sequence)
    {
        DateTimeOffset at = TimeZoneInfo.ConvertTime(fact.At, zone);
        yield return ("kind", fact.Kind);
        yield return ("version", Version);
        yield return ("node_sequence", sequence.ToString(CultureInfo.InvariantCulture));
        yield return ("timestamp", TimestampFormat.Write(
            meta.GetValueOrDefault("timestamp-format") ?? TimestampFormat.Default, at));
        yield return ("timestamp_epoch", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        yield return ("timestamp_usec",
            (at.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond).ToString(
                CultureInfo.InvariantCulture));
        if (recipient is not null)
            yield return ("recipient", recipient.Value);
        foreach ((string name, string value) in fact.Variables)
            yield return (name, value);
    }

    // The recipient's own come first.
    private SortedList<string, string> Values(
        EquatableArray<AttributeSet>? own, EquatableArray<AttributeSet> alerts, RuleContext context)
    {
        SortedList<string, string> values = new(StringComparer.Ordinal);
        AttributeSets.AddTo(values, _index.Resolve(own ?? []), context);
        AttributeSets.AddTo(values, _index.Resolve(alerts), context);
        return values;
    }

    private static TimeSpan Timeout(string? text) =>
        Interval.ParseMilliseconds(text) is { } given and > 0
            ? TimeSpan.FromMilliseconds(Math.Min(given, s_timeoutMax.TotalMilliseconds))
            : s_timeout;

    // What steers the loader or the search for programs isn't for whoever may write the configuration.
    private static bool IsVariable(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && name is not ("PATH" or "IFS" or "ENV" or "BASH_ENV")
            && !name.StartsWith("LD_", StringComparison.Ordinal)
        && !name.StartsWith(Prefix, StringComparison.Ordinal)
            && !name.StartsWith(OlderPrefix, StringComparison.Ordinal);
}
