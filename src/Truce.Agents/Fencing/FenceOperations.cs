using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Ports;

namespace Truce.Agents.Fencing;

/// <summary>
/// Runs fence agents. They read their parameters from standard input, so that no
/// password shows in the process list.
/// </summary>
public sealed class FenceOperations(ProcessSpawner spawner, AgentSettings settings)
{
    /// <summary>The meta attribute of an operation with the target's port, where who orders it knows better
    /// than the device's options.</summary>
    public const string PortMeta = "port";

    /// <summary>The meta attribute of an operation with the delay before it, in milliseconds.</summary>
    public const string DelayMeta = "delay";

    private static readonly TimeSpan s_statusLimit = TimeSpan.FromSeconds(5);

    private static readonly ImmutableSortedDictionary<string, string> s_none =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly FenceCalls _calls = new(spawner, settings);

    /// <summary>
    /// Runs an action of a device: reboot, off, on, status, list, monitor, validate-all, metadata; or start
    /// (which monitors) and stop (which does nothing). The parameters are the device's, with its <c>pcmk_</c>
    /// options; the target is in <see cref="FenceDevice.TargetMeta"/>. The code is 0 for success,
    /// <see cref="FenceDevice.StatusOff"/> for a status that says off, else 1.
    /// </summary>
    public async Task<OperationOutcome> RunAsync(
        OperationSpec operation, Func<SpawnedOperation, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        FenceDevice device = FenceDevice.Read(operation.Resource, operation.Type, operation.Parameters);
        if (operation.Action == OperationNames.Stop)
            return Outcomes.NotRun(operation, OperationStatus.Done, OcfCode.Success, "");
        if (Objection(operation, device) is { } objection)
            return objection;
        try
        {
            await DelayAsync(operation, cancellationToken).ConfigureAwait(false);
            return await RunAsync(operation, device, beforeExec, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Outcomes.NotRun(operation, OperationStatus.Cancelled, OcfCode.Generic, "cancelled");
        }
    }

    /// <summary>The metadata of an agent, from memory while its file is the same: fencing doesn't wait for
    /// it, if the device has been started, monitored or listed before.</summary>
    public Task<AgentDescription> DescribeAsync(string agent, CancellationToken cancellationToken) =>
        _calls.DescribeAsync(agent, cancellationToken);

    /// <summary>Which of the devices can fence a node, asking those that must be asked.</summary>
    /// <returns>For each device its answer: reachable or not, never an open question.</returns>
    public async Task<ImmutableArray<(FenceDevice Device, DeviceReach Target)>> FindDevicesAsync(
        ImmutableArray<FenceDevice> devices, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IEnumerable<Task<(FenceDevice, DeviceReach)>> answers = devices.Select(async d =>
            (d, await AskAsync(d, target, timeout, cancellationToken).ConfigureAwait(false)));
        return [.. await Task.WhenAll(answers).ConfigureAwait(false)];
    }

    private async Task<DeviceReach> AskAsync(
        FenceDevice device, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        AgentDescription description = await DescribeAsync(device.Agent, cancellationToken).ConfigureAwait(false);
        if (description.Metadata is not { } metadata)
            return new DeviceReach.Unreachable(description.Findings[0].Message);
        FenceScope scope = new($"ask-{Guid.NewGuid():N}", () => timeout, null);
        return await _calls.AskAsync(device, metadata.Abilities(), target, scope, cancellationToken).ConfigureAwait(false);
    }

    private OperationOutcome? Objection(OperationSpec operation, FenceDevice device) =>
        device.Problems.FirstOrDefault(p => p.EndsWith("in its value", StringComparison.Ordinal)) is string problem
            ? Outcomes.NotRun(operation, OperationStatus.Error, OcfCode.Configuration, problem)
            : _calls.Place(device.Agent) switch
            {
                AgentPlace.Missing(var reason) =>
                    Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled, reason),
                AgentPlace.Refused(var reason) =>
                    Outcomes.NotRun(operation, OperationStatus.Error, OcfCode.Configuration, reason),
                AgentPlace.Program or AgentPlace.Unit => null,
            };

    private async Task<OperationOutcome> RunAsync(
        OperationSpec operation, FenceDevice device, Func<SpawnedOperation, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        FenceAbilities? abilities = await AbilitiesAsync(operation, device, cancellationToken).ConfigureAwait(false);
        string action = operation.Action == OperationNames.Start ? OperationNames.Monitor
            : FenceSteps.Replace(device, abilities, operation.Action);
        FenceActionOptions options = device.Options.For(action);
        TimeSpan timeout = options.Timeout ?? operation.Timeout;
        Stopwatch watch = new(spawner.Options.Time);
        FenceScope scope = new(operation.OperationId, () => timeout - watch.Elapsed, watch.AfterStart(beforeExec));
        DeviceReach? target =
            await TargetAsync(operation, device, abilities, scope, cancellationToken).ConfigureAwait(false);
        if (target is DeviceReach.Unreachable(var reason))
            return NotReached(operation, timeout, watch, reason);
        ImmutableSortedDictionary<string, string> arguments =
            (target as DeviceReach.Reachable)?.Arguments ?? s_none;
        ProcessResult result;
        int attempts = 0;
        do
        {
            result = await _calls.RunAsync(device, action, arguments, scope, cancellationToken).ConfigureAwait(false);
            attempts++;
        }
        while (attempts <= options.Retries && watch.Elapsed < timeout
            && result.End is ProcessEnd.Exited(var code) && !IsAnswer(action, code));
        OperationOutcome outcome = Outcome(operation with { Timeout = timeout }, action, result, attempts);
        if (action == "off" && target is not null
            && outcome is { Status: OperationStatus.Done, ReturnCode: 0 }
            && await IsStillOnAsync(device, arguments, scope, cancellationToken).ConfigureAwait(false))
        {
            outcome = outcome with
            {
                ReturnCode = OcfCode.Generic,
                ExitReason = $"{operation.Type} reported that it switched the node off, but its status says on",
            };
        }

        return outcome with { Duration = watch.Elapsed };
    }

    /// <summary>A device that lies is caught by its own status, where it has one: whatever else that
    /// answers, and an answer that takes long, proves nothing and keeps nothing back. After a reboot the
    /// node may be on again.</summary>
    private async Task<bool> IsStillOnAsync(
        FenceDevice device, ImmutableSortedDictionary<string, string> arguments, FenceScope scope,
        CancellationToken cancellationToken)
    {
        AgentDescription description =
            await DescribeAsync(device.Agent, cancellationToken).ConfigureAwait(false);
        if (description.Metadata?.Supports(OperationNames.Status) != true)
            return false;
        FenceScope brief = scope with
        {
            Left = () => scope.Left() < s_statusLimit ? scope.Left() : s_statusLimit,
        };
        ProcessResult status =
            await _calls.RunAsync(device, OperationNames.Status, arguments, brief, cancellationToken)
                .ConfigureAwait(false);
        return status.End is ProcessEnd.Exited(0);
    }

    /// <summary>Waited for only where it decides something; else asked for in passing, so that it is there
    /// when a node must be fenced.</summary>
    private async Task<FenceAbilities?> AbilitiesAsync(
        OperationSpec operation, FenceDevice device, CancellationToken cancellationToken)
    {
        bool decides = operation.Action == "reboot"
            || (operation.Meta.ContainsKey(FenceDevice.TargetMeta) && device.Options.HostArgument is null);
        Task<AgentDescription> asked = DescribeAsync(device.Agent, cancellationToken);
        return decides ? (await asked.ConfigureAwait(false)).Metadata?.Abilities() : null;
    }

    /// <summary>How the operation's target is named to the agent; null: it has none.</summary>
    private async Task<DeviceReach?> TargetAsync(
        OperationSpec operation, FenceDevice device, FenceAbilities? abilities, FenceScope scope,
        CancellationToken cancellationToken)
    {
        if (!operation.Meta.TryGetValue(FenceDevice.TargetMeta, out string? target))
            return null;
        if (operation.Meta.TryGetValue(PortMeta, out string? port))
            return new DeviceReach.Reachable(FenceTargeting.Arguments(device, abilities, target, port));
        // A status query itself shows whether the device knows the target.
        return FenceTargeting.For(device, abilities, target, null, ListOutcome.NotFailed)
            is DeviceReach.StatusFirst asked
            && operation.Action == OperationNames.Status
                ? new DeviceReach.Reachable(asked.Arguments)
                : await _calls.AskAsync(device, abilities, target, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A device that doesn't list the node isn't told to shoot: it would
    /// hit another node, or none.</summary>
    private static OperationOutcome NotReached(
        OperationSpec operation, TimeSpan timeout, Stopwatch watch, string reason) =>
        (watch.Elapsed < timeout
            ? Outcomes.NotRun(operation, OperationStatus.Error, OcfCode.Generic, reason)
            : Outcomes.NotRun(operation, OperationStatus.TimedOut, OcfCode.Generic, $"timed out: {reason}"))
        with { Duration = watch.Elapsed };

    private static OperationOutcome Outcome(OperationSpec operation, string action, ProcessResult result, int attempts)
    {
        OperationOutcome outcome = Outcomes.From(
            operation, result, code => IsAnswer(action, code) ? code : OcfCode.Generic);
        if (result.End is not ProcessEnd.Exited(var exit) || IsAnswer(action, exit))
            return outcome;
        string said = SecretText.Of(operation).Hide(result.Errors).TrimEnd().Split('\n')[^1].Trim();
        string tried = attempts > 1 ? $" after {attempts} attempts" : "";
        return outcome with { ExitReason = $"{operation.Type} {action} failed with code {exit}{tried}: {said}" };
    }

    private static bool IsAnswer(string action, int code) => code == 0
        || (action == OperationNames.Status && code == FenceDevice.StatusOff);

    private async Task DelayAsync(OperationSpec operation, CancellationToken cancellationToken)
    {
        if (operation.Meta.TryGetValue(DelayMeta, out string? text) && long.TryParse(text, out long ms) && ms > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(ms), spawner.Options.Time, cancellationToken).ConfigureAwait(false);
    }
}
