using System.Collections.Immutable;
using System.Globalization;
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
            Progress = Watch(operation),
            Capture = operation.Action == OperationNames.MetaData ? CaptureLimits.Document
                : CaptureLimits.Result,
        };
        ProcessResult result = await spawner.RunAsync(spec, beforeExec, cancellationToken).ConfigureAwait(false);
        OperationOutcome outcome =
            Outcomes.From(operation, result, isLsb ? c => LsbCodes.ToOcf(operation.Action, c) : c => c);
        outcome = Extended(outcome, operation, spec.Progress?.Given ?? TimeSpan.Zero);
        return operation.Remains switch
        {
            Remains.Untold => outcome,
            Remains.Told => outcome with
            {
                Remaining = await spawner.CountOfAsync(operation.Resource).ConfigureAwait(false),
            },
        };
    }

    private ProgressWatch? Watch(OperationSpec operation)
    {
        if (operation.Extension <= TimeSpan.Zero)
            return null;
        // By the devices that it has now: a mount that is gone can't be found any more.
        ImmutableArray<string> devices = BlockDevices.Of(operation.Parameters.Values);
        return new ProgressWatch(operation.Timeout, operation.Extension, () => new Progress(
            BlockDevices.Writes(devices), spawner.CountOfOthers(operation.Resource, operation.OperationId)));
    }

    private static OperationOutcome Extended(
        OperationOutcome outcome, OperationSpec operation, TimeSpan given)
    {
        if (given <= TimeSpan.Zero)
            return outcome;
        string more = string.Create(
            CultureInfo.InvariantCulture,
            $"it got up to {given.TotalSeconds:0.###} s more than its timeout "
            + $"of {operation.Timeout.TotalSeconds:0.###} s, because it made progress");
        string before = outcome.ExitReason.Length == 0 ? "" : outcome.ExitReason + "; ";
        return outcome with { ExitReason = before + more };
    }
}
