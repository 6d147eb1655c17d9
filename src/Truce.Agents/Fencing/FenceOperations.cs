using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;

namespace Truce.Agents.Fencing;

/// <summary>
/// Runs fence agents. They read their parameters from standard input, so that no password shows in the process list.
/// </summary>
public sealed class FenceOperations(ProcessSpawner spawner, AgentSettings settings)
{
    /// <summary>The meta attribute of an operation that names the node to fence.</summary>
    public const string TargetMeta = "target";

    /// <summary>The meta attribute of an operation with the delay before it, in milliseconds.</summary>
    public const string DelayMeta = "delay";

    /// <summary>Of <c>status</c>: the target is off (0: it is on).</summary>
    public const int StatusOff = 2;

    private const int DescriptionsMax = 256;

    private static readonly ImmutableSortedDictionary<string, string> s_none =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly AgentDescriber _describer = new(spawner, settings);
    private readonly ConcurrentDictionary<string, Task<AgentDescription>> _descriptions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Device, int Limit), SemaphoreSlim> _limits = new();

    /// <summary>
    /// Runs an action of a device: reboot, off, on, status, list, monitor, validate-all; or start (which monitors) and
    /// stop (which does nothing). The parameters are the device's, with its <c>pcmk_</c> options; the target is in
    /// <see cref="TargetMeta"/>. The code is 0 for success, <see cref="StatusOff"/> for a status that says off, else 1.
    /// </summary>
    public async Task<OperationOutcome> RunAsync(
        OperationSpec operation, Func<OperationRecord, Task>? beforeExec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        FenceDevice device = FenceDevice.Read(operation.Resource, operation.Type, operation.Parameters);
        if (operation.Action == "stop")
            return Outcomes.NotRun(operation, OperationStatus.Done, OcfCode.Success, "");
        if (device.Problems.FirstOrDefault(p => p.EndsWith("in its value", StringComparison.Ordinal)) is string problem)
            return Outcomes.NotRun(operation, OperationStatus.Error, OcfCode.Configuration, problem);
        if (Place(device) is AgentPlace.Missing(var missing))
            return Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled, missing);
        if (Place(device) is AgentPlace.Refused(var refused))
            return Outcomes.NotRun(operation, OperationStatus.Error, OcfCode.Configuration, refused);
        try
        {
            await DelayAsync(operation, cancellationToken).ConfigureAwait(false);
            using (await EnterAsync(device, cancellationToken).ConfigureAwait(false))
                return await RunAsync(operation, device, beforeExec, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Outcomes.NotRun(operation, OperationStatus.Cancelled, OcfCode.Generic, "cancelled");
        }
    }

    /// <summary>The metadata of an agent, from memory while its file is the same: fencing doesn't wait for it, if the
    /// device has been started or monitored before.</summary>
    public async Task<AgentDescription> DescribeAsync(string agent, CancellationToken cancellationToken)
    {
        AgentName name = new(AgentName.Stonith, null, agent);
        if (new AgentCatalog(settings).Locate(name) is not AgentPlace.Program(_, var path))
            return await _describer.DescribeAsync(name, cancellationToken).ConfigureAwait(false);
        string key = $"{path} {File.GetLastWriteTimeUtc(path).Ticks}";
        if (_descriptions.Count > DescriptionsMax)
            _descriptions.Clear();
        AgentDescription description = await _descriptions
            .GetOrAdd(key, _ => _describer.DescribeAsync(name, CancellationToken.None))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (description.Metadata is null)
            _descriptions.TryRemove(key, out _);
        return description;
    }

    /// <summary>Which of the devices can fence a node, asking those that must be asked.</summary>
    /// <returns>For each device its answer: reachable or not, never an open question.</returns>
    public async Task<ImmutableArray<(FenceDevice Device, FenceTarget Target)>> FindDevicesAsync(
        ImmutableArray<FenceDevice> devices, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IEnumerable<Task<(FenceDevice, FenceTarget)>> answers = devices.Select(async d =>
            (d, await AskAsync(d, target, timeout, cancellationToken).ConfigureAwait(false)));
        return [.. await Task.WhenAll(answers).ConfigureAwait(false)];
    }

    private async Task<FenceTarget> AskAsync(
        FenceDevice device, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        AgentDescription description = await DescribeAsync(device.Agent, cancellationToken).ConfigureAwait(false);
        if (description.Metadata is not { } metadata)
            return new FenceTarget.Unreachable(description.Findings[0].Message);
        FenceTarget answer = FenceTargeting.For(device, metadata, target, null, ListOutcome.NotFailed);
        if (answer is FenceTarget.ListFirst)
        {
            ProcessResult listed = await CallAsync(
                device, $"list-{Guid.NewGuid():N}", "list", s_none, timeout, null, cancellationToken).ConfigureAwait(false);
            answer = listed.End is ProcessEnd.Exited(0)
                ? FenceTargeting.For(device, metadata, target, FenceListing.Parse(listed.Output.Text), ListOutcome.NotFailed)
                : FenceTargeting.For(device, metadata, target, null, ListOutcome.Failed);
        }

        if (answer is not FenceTarget.StatusFirst(var arguments))
            return answer;
        ProcessResult status = await CallAsync(
            device, $"status-{Guid.NewGuid():N}", "status", arguments, timeout, null, cancellationToken).ConfigureAwait(false);
        return status.End is ProcessEnd.Exited(0 or StatusOff)
            ? new FenceTarget.Reachable(arguments)
            : new FenceTarget.Unreachable($"{device} knows no status of {target}");
    }

    private async Task<OperationOutcome> RunAsync(
        OperationSpec operation, FenceDevice device, Func<OperationRecord, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        string action = operation.Action == "start" ? "monitor" : operation.Action;
        ImmutableSortedDictionary<string, string> arguments =
            await ArgumentsAsync(operation, device, action, cancellationToken).ConfigureAwait(false);
        TimeSpan timeout = device.Options.For(action).Timeout ?? operation.Timeout;
        Stopwatch watch = new(spawner.Options.Time);
        ProcessResult result;
        int attempts = 0;
        do
        {
            TimeSpan left = timeout - watch.Elapsed;
            result = await CallAsync(device, operation.OperationId, action, arguments, left,
                watch.AfterStart(beforeExec), cancellationToken).ConfigureAwait(false);
            attempts++;
        }
        while (attempts <= device.Options.For(action).Retries && watch.Elapsed < timeout
            && result.End is ProcessEnd.Exited(var code) && !IsAnswer(action, code));
        return Outcome(operation with { Timeout = timeout }, action, result, attempts) with { Duration = watch.Elapsed };
    }

    /// <summary>Metadata is asked for only where it decides something.</summary>
    private async Task<ImmutableSortedDictionary<string, string>> ArgumentsAsync(
        OperationSpec operation, FenceDevice device, string action, CancellationToken cancellationToken)
    {
        string? target = operation.Meta.GetValueOrDefault(TargetMeta);
        bool isWarmUp = action == "monitor";
        AgentMetadata? metadata = isWarmUp || (target is not null && device.Options.HostArgument is null)
            ? (await DescribeAsync(device.Agent, cancellationToken).ConfigureAwait(false)).Metadata
            : null;
        if (target is null)
            return s_none;
        FenceTarget answer = FenceTargeting.For(device, metadata, target, null, ListOutcome.NotFailed);
        if (answer is FenceTarget.ListFirst)
            answer = await AskAsync(device, target, operation.Timeout, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            FenceTarget.Reachable(var known) => known,
            FenceTarget.StatusFirst(var known) => known,
            // Whoever chose the device knows better than its list: the agent will tell.
            FenceTarget.Unreachable or FenceTarget.ListFirst => Named(device, metadata, target),
        };
    }

    private static ImmutableSortedDictionary<string, string> Named(
        FenceDevice device, AgentMetadata? metadata, string target)
    {
        ImmutableSortedDictionary<string, string> named =
            ImmutableSortedDictionary<string, string>.Empty.Add("nodename", target);
        return FenceTargeting.ArgumentName(device, metadata) is string name ? named.SetItem(name, target) : named;
    }

    private Task<ProcessResult> CallAsync(
        FenceDevice device,
        string operationId,
        string action,
        ImmutableSortedDictionary<string, string> arguments,
        TimeSpan timeout,
        Func<OperationRecord, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        string path = Place(device) is AgentPlace.Program(_, var found) ? found : device.Agent;
        ImmutableSortedDictionary<string, string> input = device.Parameters.SetItems(arguments)
            .SetItem("action", device.Options.For(action).Action);
        ProcessSpec spec = new(operationId, path, [], Environment(), timeout)
        {
            StandardInput = string.Concat(input.Select(p => $"{p.Key}={p.Value}\n")),
        };
        return spawner.RunAsync(spec, beforeExec, cancellationToken);
    }

    /// <summary>PCMK_service makes Debian's agents leave their own time-outs to the cluster's.</summary>
    private ImmutableSortedDictionary<string, string> Environment() =>
        OcfEnvironment.Common(settings).SetItem("PCMK_service", "pacemaker-fenced");

    private AgentPlace Place(FenceDevice device) =>
        new AgentCatalog(settings).Locate(new AgentName(AgentName.Stonith, null, device.Agent));

    private static OperationOutcome Outcome(OperationSpec operation, string action, ProcessResult result, int attempts)
    {
        OperationOutcome outcome = Outcomes.From(
            operation, result, code => IsAnswer(action, code) ? code : OcfCode.Generic);
        if (result.End is not ProcessEnd.Exited(var exit) || IsAnswer(action, exit))
            return outcome;
        string said = SecretText.Of(operation.Parameters).Hide(result.Errors.Text.TrimEnd().Split('\n')[^1].Trim());
        string tried = attempts > 1 ? $" after {attempts} attempts" : "";
        return outcome with { ExitReason = $"{operation.Type} {action} failed with code {exit}{tried}: {said}" };
    }

    private static bool IsAnswer(string action, int code) => code == 0 || (action == "status" && code == StatusOff);

    private async Task DelayAsync(OperationSpec operation, CancellationToken cancellationToken)
    {
        if (operation.Meta.TryGetValue(DelayMeta, out string? text) && long.TryParse(text, out long ms) && ms > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(ms), spawner.Options.Time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IDisposable?> EnterAsync(FenceDevice device, CancellationToken cancellationToken)
    {
        if (device.Options.ActionLimit is not int limit)
            return null;
        SemaphoreSlim room = _limits.GetOrAdd((device.Id, limit), static key => new SemaphoreSlim(key.Limit));
        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Leave(room);
    }

    private sealed class Leave(SemaphoreSlim room) : IDisposable
    {
        public void Dispose() => room.Release();
    }
}
