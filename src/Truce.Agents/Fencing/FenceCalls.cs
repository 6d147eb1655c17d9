using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model.Fencing;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Fencing;

/// <summary>The scope of some calls of agents: an operation, its time and its record.</summary>
/// <param name="OperationId">Names the cgroup and the mark of all of them.</param>
/// <param name="Left">What is left of the time.</param>
/// <param name="BeforeExec">Records each of them.</param>
internal sealed record FenceScope(
    string OperationId, Func<TimeSpan> Left, Func<SpawnedOperation, Task>? BeforeExec);

/// <summary>Calls fence agents, and remembers what they said about themselves and their targets.</summary>
internal sealed class FenceCalls(ProcessSpawner spawner, AgentSettings settings)
{
    private const int RememberedMax = 256;

    /// <summary>What a device lists may be stale by this much when a node is lost.</summary>
    private static readonly TimeSpan s_listingLifetime = TimeSpan.FromSeconds(60);

    private static readonly ImmutableSortedDictionary<string, string> s_none =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly DescriptionCache _descriptions = new(spawner, settings);
    private readonly ConcurrentDictionary<string, (FenceListing Listing, long At)> _listings = new(StringComparer.Ordinal);

    /// <summary>Where the device's agent is.</summary>
    public AgentPlace Place(string agent) =>
        new AgentCatalog(settings).Locate(new AgentName(AgentName.Stonith, null, agent));

    /// <summary>The agent's metadata, asked for once while its file is the same.</summary>
    public Task<AgentDescription> DescribeAsync(string agent, CancellationToken cancellationToken) =>
        _descriptions.DescribeAsync(new AgentName(AgentName.Stonith, null, agent), cancellationToken);

    /// <summary>One call.</summary>
    public async Task<ProcessResult> RunAsync(
        FenceDevice device, string action, ImmutableSortedDictionary<string, string> arguments, FenceScope scope,
        CancellationToken cancellationToken)
    {
        string path = Place(device.Agent) is AgentPlace.Program(_, var found) ? found : device.Agent;
        ImmutableSortedDictionary<string, string> input = device.Parameters.SetItems(arguments)
            .SetItem("action", device.Options.For(action).Action);
        ProcessSpec spec = new(scope.OperationId, path, [], Environment(), scope.Left())
        {
            StandardInput = string.Concat(input.Select(p => $"{p.Key}={p.Value}\n")),
        };
        ProcessResult result = await spawner.RunAsync(spec, scope.BeforeExec, cancellationToken).ConfigureAwait(false);
        if (action == OperationNames.List && result.End is ProcessEnd.Exited(0))
            Remember(device, FenceListing.Parse(result.Output.Text));
        return result;
    }

    /// <summary>Whether the device can fence the target: reachable or not, never an open question.</summary>
    public async Task<DeviceReach> AskAsync(
        FenceDevice device, FenceAbilities? abilities, string target, FenceScope scope, CancellationToken cancellationToken)
    {
        DeviceReach answer =
            FenceTargeting.For(device, abilities, target, Remembered(device), ListOutcome.NotFailed);
        if (answer is DeviceReach.ListFirst)
        {
            ProcessResult listed =
                await RunAsync(device, OperationNames.List, s_none,
                    Within(scope, device, OperationNames.List), cancellationToken).ConfigureAwait(false);
            ListOutcome outcome = listed.End is ProcessEnd.Exited(0) ? ListOutcome.NotFailed : ListOutcome.Failed;
            answer = FenceTargeting.For(device, abilities, target, Remembered(device), outcome);
        }

        if (answer is not DeviceReach.StatusFirst(var arguments))
            return answer;
        ProcessResult status =
            await RunAsync(device, OperationNames.Status, arguments,
                Within(scope, device, OperationNames.Status), cancellationToken).ConfigureAwait(false);
        return status.End is ProcessEnd.Exited(0 or FenceDevice.StatusOff)
            ? new DeviceReach.Reachable(arguments)
            : new DeviceReach.Unreachable($"{device} reports no status of {target}");
    }

    /// <summary>A question takes of the time of what it is asked for, and no more
    /// than the device allows it.</summary>
    private FenceScope Within(FenceScope scope, FenceDevice device, string question)
    {
        if (device.Options.For(question).Timeout is not { } limit)
            return scope;
        long began = spawner.Options.Time.GetTimestamp();
        return scope with
        {
            Left = () => Min(scope.Left(), limit - spawner.Options.Time.GetElapsedTime(began)),
        };
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>PCMK_service makes Debian's agents leave their own timeouts to the cluster's.</summary>
    private ImmutableSortedDictionary<string, string> Environment() =>
        OcfEnvironment.Common(settings).SetItem("PCMK_service", "pacemaker-fenced");

    private void Remember(FenceDevice device, FenceListing listing)
    {
        if (_listings.Count > RememberedMax)
            _listings.Clear();
        _listings[Key(device)] = (listing, spawner.Options.Time.GetTimestamp());
    }

    private FenceListing? Remembered(FenceDevice device) =>
        _listings.TryGetValue(Key(device), out (FenceListing Listing, long At) kept)
        && spawner.Options.Time.GetElapsedTime(kept.At) < s_listingLifetime
            ? kept.Listing
            : null;

    /// <summary>Another configuration of the device may list others.</summary>
    private static string Key(FenceDevice device)
    {
        HashCode hash = default;
        foreach ((string name, string value) in device.Parameters)
            hash.Add((name, value));
        return $"{device.Id} {device.Agent} {hash.ToHashCode()}";
    }
}
