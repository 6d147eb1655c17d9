using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Agents.Fencing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Ports;

namespace Truce.Cli.Fencing;

/// <summary>How fence agents are described and run on this machine.</summary>
internal sealed record FenceAgents(
    Func<string, CancellationToken, Task<AgentDescription>> DescribeAsync,
    Func<OperationSpec, CancellationToken, Task<OperationOutcome>> RunAsync);

/// <summary>
/// Tries every way by which one node may have to fence another, without switching anything: each device by
/// itself, then each device of each level for each target.
/// </summary>
internal sealed class FencePaths(Cib cib, NodeId from, ImmutableArray<string> chosen, FenceAgents agents)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>What came of it, a line each.</summary>
    public async Task<IReadOnlyList<FencePathJson>> TryAsync(
        IReadOnlyList<NodeId> nodes, IReadOnlyList<FenceRecord> history, CancellationToken cancel)
    {
        List<FencePathJson> lines = [];
        foreach (ConfiguredDevice device in DeviceChoice.Devices(cib).Where(d => IsChosen(d.Id.Value)))
            lines.AddRange(await DeviceAsync(device, cancel).ConfigureAwait(false));
        foreach (NodeId target in nodes.Where(n => n != from))
            lines.AddRange(await TargetAsync(target, history, cancel).ConfigureAwait(false));
        return lines;
    }

    private bool IsChosen(string device) => chosen.IsEmpty || chosen.Contains(device);

    private async Task<IEnumerable<FencePathJson>> DeviceAsync(
        ConfiguredDevice device, CancellationToken cancel)
    {
        AgentDescription description =
            await agents.DescribeAsync(device.Agent.Type, cancel).ConfigureAwait(false);
        if (description.Metadata is not { } metadata)
            return [Line(device, "agent", description.Findings.FirstOrDefault()?.Message ?? "no metadata")];
        List<FencePathJson> lines =
            [.. FenceDeviceCheck.Check(device.Device, metadata).Select(p => Line(device, "parameters", p))];
        string[] asked = metadata.Actions.Any(a => a.Name == OperationNames.ValidateAll)
            ? [OperationNames.ValidateAll, OperationNames.Monitor]
            : [OperationNames.Monitor];
        foreach (string action in asked)
        {
            OperationOutcome outcome = await RunAsync(device, action, null, cancel).ConfigureAwait(false);
            lines.Add(Line(device, action, Complaint(outcome, 0)));
        }

        return lines;
    }

    private async Task<IEnumerable<FencePathJson>> TargetAsync(
        NodeId target, IReadOnlyList<FenceRecord> history, CancellationToken cancel)
    {
        ImmutableArray<ImmutableArray<ConfiguredDevice>> levels = DeviceChoice.Levels(cib, target, from);
        if (levels.IsEmpty && chosen.IsEmpty)
            return [new FencePathJson(
                from.Value, "", target.Value, 0, "path", false, "no device can fence it from here", null)];
        List<FencePathJson> lines = [];
        for (int level = 0; level < levels.Length; level++)
        {
            foreach (ConfiguredDevice device in levels[level].Where(d => IsChosen(d.Id.Value)))
                lines.Add(await StatusAsync(
                    device, target, level + 1, history, cancel).ConfigureAwait(false));
        }

        return lines;
    }

    private async Task<FencePathJson> StatusAsync(
        ConfiguredDevice device, NodeId target, int level,
        IReadOnlyList<FenceRecord> history, CancellationToken cancel)
    {
        OperationOutcome outcome =
            await RunAsync(device, OperationNames.Status, target, cancel).ConfigureAwait(false);
        string? complaint = Complaint(outcome, 0, FenceDevice.StatusOff);
        string answer = outcome.ReturnCode == FenceDevice.StatusOff ? "off" : "on";
        return Line(device, OperationNames.Status, complaint) with
        {
            Target = target.Value,
            Level = level,
            Detail = complaint ?? $"reports that it is {answer}",
            LastShot = history.Where(f => f.By == from.Value && f.Target == target.Value && f.Result == "done"
                && f.Device.Split(' ', ',').Contains(device.Id.Value)).Max(f => f.End),
        };
    }

    private Task<OperationOutcome> RunAsync(
        ConfiguredDevice device, string action, NodeId? target, CancellationToken cancel)
    {
        ImmutableSortedDictionary<string, string> meta = target is { } node
            ? ImmutableSortedDictionary<string, string>.Empty.Add(FenceDevice.TargetMeta, node.Value)
            : ImmutableSortedDictionary<string, string>.Empty;
        return agents.RunAsync(
            new OperationSpec(
                $"fence-test-{Guid.NewGuid():N}", AgentKind.Fence, device.Id.Value, "stonith", null,
                device.Agent.Type,
                action, device.Attributes, meta, s_limit, 0),
            cancel);
    }

    private static string? Complaint(OperationOutcome outcome, params ReadOnlySpan<int> good) =>
        outcome.Status == OperationStatus.Done && good.Contains(outcome.ReturnCode) ? null
        : outcome.ExitReason.Length > 0 ? outcome.ExitReason
        : outcome.Output.Trim() is { Length: > 0 } output ? output.Split('\n')[^1]
        : $"{outcome.Status}, code {outcome.ReturnCode}";

    private FencePathJson Line(ConfiguredDevice device, string check, string? complaint) => new(
        from.Value, device.Id.Value, null, null, check, complaint is null, complaint ?? "good", null);
}

/// <summary>One check of <c>fence test --json</c>.</summary>
/// <param name="From">The node that tried it.</param>
/// <param name="Device">The device.</param>
/// <param name="Target">The node to be fenced; null: the device by itself.</param>
/// <param name="Level">The level for that node, 1 first; null: the device
/// by itself; 0: there is none.</param>
/// <param name="Check">agent, parameters, validate-all, monitor, status or path.</param>
/// <param name="Ok">Whether it went well.</param>
/// <param name="Detail">What was answered, or is wrong.</param>
/// <param name="LastShot">When that node last fenced the target with that device;
/// null: not as far as is known.</param>
internal sealed record FencePathJson(
    string From, string Device, string? Target, int? Level, string Check, bool Ok, string Detail,
    DateTimeOffset? LastShot);
