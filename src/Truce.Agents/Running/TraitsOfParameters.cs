using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;
using ParameterTraits = Truce.Model.ParameterTraits;

namespace Truce.Agents.Running;

/// <summary>
/// What an OCF agent's description means for a later change of its parameters. It is requested in parallel
/// with the agent's first operation on this node, usually a probe, so that no start waits for it.
/// </summary>
internal sealed class TraitsOfParameters(ProcessSpawner spawner, AgentSettings settings)
{
    private const string Reload = OperationNames.ReloadAgent;

    /// <summary>A description that isn't there by then doesn't hold up a result: the
    /// parameters then need a restart.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    private readonly DescriptionCache _descriptions = new(spawner, settings);

    /// <summary>Starts the request, if an operation's result can report it.</summary>
    public Task<ParameterTraits?> Begin(OperationSpec operation) =>
        operation is { Kind: AgentKind.Resource, Class: AgentName.Ocf, IntervalMs: 0 }
            && operation.Action is not (OperationNames.Stop or OperationNames.Notify
                or OperationNames.MetaData)
            ? AskAsync(new AgentName(operation.Class, operation.Provider, operation.Type))
            : Task.FromResult<ParameterTraits?>(null);

    /// <summary>The answer; null: none in time, or none at all.</summary>
    public static async Task<ParameterTraits?> EndAsync(Task<ParameterTraits?> asked)
    {
        await Task.WhenAny(asked, Task.Delay(s_limit)).ConfigureAwait(false);
        return asked.IsCompletedSuccessfully ? await asked.ConfigureAwait(false) : null;
    }

    private async Task<ParameterTraits?> AskAsync(AgentName name)
    {
        AgentDescription description = await _descriptions.DescribeAsync(name, CancellationToken.None).ConfigureAwait(false);
        return description.Metadata is { } metadata
            ? new ParameterTraits(
                metadata.Supports(Reload) ? [.. metadata.Parameters.Where(p => !p.IsReloadable).Select(p => p.Name)] : null,
                [.. metadata.Parameters.Select(p => p.Name).Where(SecretText.IsSecret)])
            : null;
    }
}
