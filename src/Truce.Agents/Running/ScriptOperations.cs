using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>Runs OCF agents and LSB init scripts: one program, its action the only argument.</summary>
internal sealed class ScriptOperations(ProcessSpawner spawner, AgentSettings settings)
{
    /// <summary>What runs after these codes runs on purpose.</summary>
    private static readonly ImmutableArray<int> s_leaveDaemonsOn =
        [OcfCode.Success, OcfCode.RunningPromoted, OcfCode.Degraded, OcfCode.DegradedPromoted];

    public async Task<OperationOutcome> RunAsync(
        OperationSpec operation,
        string agentClass,
        string path,
        Func<SpawnedOperation, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        bool isLsb = agentClass == AgentName.Lsb;
        if (isLsb && LsbCodes.Argument(operation.Action) is null)
            return Outcomes.NotRun(operation, OperationStatus.Done, OcfCode.Unimplemented,
                $"init scripts have no action {operation.Action}");
        ProcessSpec spec = new(
            operation.OperationId,
            path,
            [isLsb ? LsbCodes.Argument(operation.Action)! : operation.Action],
            isLsb ? OcfEnvironment.Common(settings) : OcfEnvironment.For(operation, settings),
            operation.Timeout)
        {
            LeaveDaemonsOn = s_leaveDaemonsOn,
            Resource = operation.Resource,
            Capture = operation.Action == OperationNames.MetaData ? CaptureLimits.Document
                : CaptureLimits.Result,
        };
        ProcessResult result = await spawner.RunAsync(spec, beforeExec, cancellationToken).ConfigureAwait(false);
        OperationOutcome outcome =
            Outcomes.From(operation, result, isLsb ? c => LsbCodes.ToOcf(operation.Action, c) : c => c);
        return operation.Remains switch
        {
            Remains.Untold => outcome,
            Remains.Told => outcome with { Remaining = spawner.CountOf(operation.Resource) },
        };
    }
}
