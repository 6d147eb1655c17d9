using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An agent's name becomes part of a path: it must not lead elsewhere.</summary>
public sealed class ImpossibleAgentName : Rule
{
    private const int LengthMax = 100;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("impossible-agent-name", Severity.Error,
        "The name of an agent or its provider isn't a valid file name",
        "A path in it could run any program as root, and no node could run the intended agent");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent)
                continue;
            if (Complaint(agent.Provider, agent.Class) is { } ofProvider && agent.Provider is not null)
                yield return Say(primitive, "provider", ofProvider);
            else if (agent.Class == "ocf" && agent.Provider is null)
                yield return Say(primitive, "provider", "is missing");
            if (Complaint(agent.Type, agent.Class) is { } ofType)
                yield return Say(primitive, "type", ofType);
        }
    }

    /// <summary>Whether a name can be looked up without danger.</summary>
    public static bool IsPossible(AgentName agent) =>
        Complaint(agent.Type, agent.Class) is null && (agent.Provider is null || Complaint(agent.Provider, agent.Class) is null);

    private static Sighting Say(PlacedPrimitive primitive, string part, string complaint) => new(
        primitive.Spot, $"the {part} of its agent {complaint}", "write the agent's name as truce agent list prints it");

    // systemd's names have escapes (\x2d) and instances (@).
    private static string? Complaint(string? name, string agentClass) => name switch
    {
        null or "" => "is empty",
        { Length: > LengthMax } => $"is {name.Length} characters long; {LengthMax} is the limit",
        // A plugin of cluster-glue: no path, but a class that isn't run (UnsupportedClass says so).
        _ when agentClass == "stonith" && UnsupportedClass.IsPlugin(name) => null,
        // An init script may be named by its whole path.
        _ when name[0] == '/' && agentClass is ("lsb" or "service") =>
            name.Split('/').Contains("..") || name.Any(c => c != '/' && !IsPlain(c, agentClass)) ? "contains a path that isn't an init script's" : null,
        _ when name.Contains('/', StringComparison.Ordinal) => "contains a path",
        _ when name[0] is '.' or '-' => $"begins with '{name[0]}'",
        _ when name.Any(c => !IsPlain(c, agentClass)) => "contains a character that isn't allowed in an agent's name",
        _ => null,
    };

    private static bool IsPlain(char c, string agentClass) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '@' or ':' || (c == '\\' && agentClass is "systemd" or "service");
}
