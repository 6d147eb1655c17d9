using Truce.Agents.Describing;
using Truce.Agents.Processes;
using Truce.Cli.Changing;
using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Cli.Agents;

/// <summary>What an agent's metadata says of the parameters that a command line gives it.</summary>
internal static class AgentParameters
{
    /// <summary>Asks an agent on this machine what it is; null, with a warning, if it can't be asked
    /// here.</summary>
    public static async Task<AgentMetadata?> DescribeAsync(CliContext context, AgentName agent,
        CancellationToken cancel)
    {
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
        AgentDescription described = await new AgentDescriber(spawner, NodeAgents.Settings(context))
            .DescribeAsync(agent, cancel).ConfigureAwait(false);
        if (described.Metadata is null)
            context.Error.WriteLine(
                $"warning: {agent} can't be asked for its parameters here ({described.Findings[0].Message}): "
                + "names and values aren't checked, and no timeouts are suggested");
        return described.Metadata;
    }

    /// <summary>Requires that the agent has the parameters, and that their values are of their
    /// types.</summary>
    /// <exception cref="CommandException">One isn't.</exception>
    public static void Check(AgentName agent, AgentMetadata metadata, IEnumerable<NamedValue> given)
    {
        foreach (NamedValue one in given)
        {
            if (TakesAnything(agent, one.Name))
                continue;
            AgentParameter parameter = metadata.Parameters.FirstOrDefault(p => p.Name == one.Name)
                ?? throw Unknown(agent, metadata, one.Name);
            if (Wanted(parameter, one.Value) is { } wanted)
                throw new CommandException(
                    ExitCode.BadInput,
                        $"{one.Name}={SecretNames.Shown(one.Name, one.Value)}: {agent} wants {wanted}",
                    $"truce agent show {agent} describes its parameters; --force takes the value as it is");
        }
    }

    /// <summary>Requires that every required parameter is given.</summary>
    /// <exception cref="CommandException">Some aren't.</exception>
    public static void Require(AgentName agent, AgentMetadata metadata, IReadOnlyCollection<NamedValue> given)
    {
        string[] missing =
        [
            .. metadata.Parameters
                .Where(p => p.MustBeGiven)
                .Select(p => p.Name).Where(n => given.All(g => g.Name != n)).Where(n =>
                    !IsClusters(agent, n)),
        ];
        if (missing.Length > 0)
            throw new CommandException(
                ExitCode.BadInput, $"{agent} requires {string.Join(", ", missing)}",
                $"add {string.Join(' ', missing.Select(m => m + "=…"))}; "
                + $"truce agent show {agent} describes them");
    }

    /// <summary>An agent doesn't have that parameter.</summary>
    public static CommandException Unknown(AgentName agent, AgentMetadata metadata, string name)
    {
        string[] known = [.. metadata.Parameters.Where(p => !p.IsDeprecated).Select(p => p.Name)];
        return new CommandException(
            ExitCode.BadInput, $"{agent} has no parameter {name}",
            $"{NearestName.Hint(name, known)}truce agent show {agent} lists its parameters; --force takes "
                + $"the name as it is");
    }

    // The cluster itself tells a fence agent what to do and to whom.
    private static bool IsClusters(AgentName agent, string name) =>
        agent.Class == AgentName.Stonith && name is "action" or "port" or "plug" or "nodename";

    private static bool TakesAnything(AgentName agent, string name) =>
        (agent.Class == AgentName.Stonith && (FenceOptions.IsKnown(name) || name == "provides"))
        || agent.Class is AgentName.Systemd or AgentName.Lsb or AgentName.Service;

    private static string? Wanted(AgentParameter parameter, string value) => parameter.Type switch
    {
        _ when value.Length == 0 || SecretReference.TryParse(value) is not null => null,
        "boolean" => CibBoolean.Parse(value) is null ? "true or false" : null,
        "integer" => Numbers.ParseLong(value) is null && Interval.ParseMilliseconds(value) is null
            ? "a whole number" : null,
        "second" or "time" => Interval.ParseMilliseconds(value) is null ? "a time, such as 30s" : null,
        "select" => parameter.Options.Length > 0 && !parameter.Options.Contains(value)
            ? "one of " + string.Join(", ", parameter.Options) : null,
        _ => null, // Agents name types as they like.
    };
}
