using Truce.Agents.Fencing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>
/// Runs one operation of an agent, of whatever class, and answers in OCF's terms. Who repeats recurring
/// operations, and what a result means, is others' business.
/// </summary>
public sealed class AgentRunner(ProcessSpawner spawner, AgentSettings settings)
{
    private readonly AgentCatalog _catalog = new(settings);
    private readonly ScriptOperations _scripts = new(spawner, settings);
    private readonly FenceOperations _fences = new(spawner, settings);
    private readonly SecretFiles _secrets = new(settings);
    private readonly SystemdOperations _units = new(spawner, settings);

    /// <summary>Runs it to its end. Never throws for what the agent does.</summary>
    /// <param name="operation">What to run.</param>
    /// <param name="beforeExec">Called for each process before its first instruction.</param>
    /// <param name="cancellationToken">Kills all that it started.</param>
    public Task<OperationOutcome> RunAsync(
        OperationSpec operation, Func<SpawnedOperation, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        (operation, string? problem) = _secrets.Resolve(operation);
        // It can't run here, and nothing was tried. A stop goes on without: what doesn't stop is fenced.
        if (problem is not null && operation.Action != OperationNames.Stop)
            return Task.FromResult(Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled, $"secret {problem}"));
        return _catalog.Locate(new AgentName(operation.Class, operation.Provider, operation.Type)) switch
        {
            AgentPlace.Program(AgentName.Stonith, _) => _fences.RunAsync(operation, beforeExec, cancellationToken),
            AgentPlace.Program(var agentClass, var path) =>
                _scripts.RunAsync(operation, agentClass, path, beforeExec, cancellationToken),
            AgentPlace.Unit(var unit) => _units.RunAsync(operation, unit, beforeExec, cancellationToken),
            AgentPlace.Missing(var reason) => Task.FromResult(
                Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled, reason)),
            AgentPlace.Refused(var reason) => Task.FromResult(
                Outcomes.NotRun(operation, OperationStatus.Error, OcfCode.Configuration, reason)),
        };
    }
}
