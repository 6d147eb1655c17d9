using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Truce.Agents.Describing;

/// <summary>What an agent says of itself.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="Version">The agent's own version; may be empty.</param>
/// <param name="OcfVersion">The standard that it follows: 1.0 where it says nothing.</param>
/// <param name="ShortDescription">One line.</param>
/// <param name="LongDescription">As long as it likes.</param>
/// <param name="Parameters">In the agent's order.</param>
/// <param name="Actions">In the agent's order; monitor may be there several times.</param>
public sealed record AgentMetadata(
    string Name,
    string Version,
    string OcfVersion,
    string ShortDescription,
    string LongDescription,
    ImmutableArray<AgentParameter> Parameters,
    ImmutableArray<AgentAction> Actions)
{
    /// <summary>Whether it has the action at all.</summary>
    public bool Supports(string action) => Actions.Any(a => a.Name == action);

    /// <summary>Whether it has the parameter.</summary>
    public bool Takes(string parameter) => Parameters.Any(p => p.Name == parameter);
}

/// <summary>A parameter of an agent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">string, integer, boolean, second, time, select, …: as
/// the agent says, unchecked.</param>
/// <param name="Default">Null: none is stated.</param>
/// <param name="IsRequired">Must be configured.</param>
/// <param name="UniqueGroup">Parameters of a group must together differ between resources; null: may be
/// alike. In OCF 1.0, <c>unique="1"</c> makes a group of one.</param>
/// <param name="IsReloadable">May change by reload-agent, without a restart.</param>
/// <param name="IsDeprecated">Should not be used any more.</param>
/// <param name="ReplacedBy">The names to use instead of it.</param>
/// <param name="Options">The values of a select.</param>
/// <param name="ShortDescription">One line.</param>
/// <param name="LongDescription">As long as it likes.</param>
public sealed record AgentParameter(
    string Name,
    string Type,
    string? Default,
    bool IsRequired,
    string? UniqueGroup,
    bool IsReloadable,
    bool IsDeprecated,
    ImmutableArray<string> ReplacedBy,
    ImmutableArray<string> Options,
    string ShortDescription,
    string LongDescription)
{
    /// <summary>Whether the agent can't do without it and has no default.</summary>
    [JsonIgnore]
    public bool MustBeGiven => IsRequired && string.IsNullOrEmpty(Default) && !IsDeprecated;
}

/// <summary>An action of an agent, with what its author suggests for it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Timeout">The least sensible timeout.</param>
/// <param name="Interval">How often to repeat it.</param>
/// <param name="StartDelay">How long to wait before the first.</param>
/// <param name="Depth">OCF_CHECK_LEVEL of a monitor.</param>
/// <param name="Role">The role that the suggestion is for, as the agent writes it
/// (Master and Promoted are one).</param>
/// <param name="IsOnTarget">Of a fence agent's <c>on</c>: must run on the target itself.</param>
/// <param name="IsAutomatic">Of a fence agent's <c>on</c>: is to run
/// whenever a node joins (unfencing).</param>
public sealed record AgentAction(
    string Name,
    TimeSpan? Timeout,
    TimeSpan? Interval,
    TimeSpan? StartDelay,
    string? Depth,
    string? Role,
    bool IsOnTarget,
    bool IsAutomatic);

/// <summary>Something wrong in an agent's metadata.</summary>
/// <param name="Line">Line of the metadata; 0: all of it.</param>
/// <param name="Message">What is wrong.</param>
public sealed record MetadataFinding(int Line, string Message);

/// <summary>The answer to "what is this agent".</summary>
/// <param name="Metadata">Null if nothing could be read; then a finding says why.</param>
/// <param name="Findings">What is wrong.</param>
/// <param name="Xml">What the agent printed; empty where Truce made the
/// description up (systemd, lsb).</param>
public sealed record AgentDescription(
    AgentMetadata? Metadata, ImmutableArray<MetadataFinding> Findings, string Xml)
{
    /// <summary>Nothing could be read.</summary>
    public static AgentDescription Unreadable(string why) => new(null, [new MetadataFinding(0, why)], "");
}

/// <summary>Durations as agents and configurations write them.</summary>
public static class AgentTime
{
    /// <summary>Reads <c>20</c>, <c>20s</c>, <c>100ms</c>, <c>10min</c>, <c>1h</c>; a bare number is
    /// seconds. Null if it is none.</summary>
    public static TimeSpan? TryParse(string? text)
    {
        string trimmed = text?.Trim() ?? "";
        int digits = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        bool isNumber = double.TryParse(
            trimmed.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double? seconds = trimmed[digits..].Trim().ToLowerInvariant() switch
        {
            "" or "s" or "sec" => 1,
            "ms" or "msec" => 1e-3,
            "us" or "usec" => 1e-6,
            "m" or "min" => 60,
            "h" or "hr" => 3600,
            "d" => 86_400,
            _ => null,
        };
        const double LongestSeconds = 100L * 365 * 86_400;
        return isNumber && seconds is double unit && unit * number <= LongestSeconds
            ? TimeSpan.FromSeconds(number * unit)
            : null;
    }
}
