using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>Runs systemd units as resources.</summary>
internal sealed class SystemdOperations(ProcessSpawner spawner, AgentSettings settings)
{
    public Task<OperationOutcome> RunAsync(
        OperationSpec operation,
        string unit,
        Func<OperationRecord, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        _ = (spawner, settings, unit, beforeExec, cancellationToken);
        return Task.FromResult(Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled, "units of systemd are not supported yet"));
    }
}
