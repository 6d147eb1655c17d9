namespace Truce.Lab.Keeper;

/// <summary>The lab's power switch: fencing by other nodes, resets that nodes ask for
/// themselves, lab commands.</summary>
internal sealed class PowerSwitch(IReadOnlyList<NodePower> nodes, Func<LabSettings> settings, EventLog events)
{
    /// <summary>Every outlet.</summary>
    public IReadOnlyList<NodePower> Nodes { get; } = nodes;

    /// <summary>Finds an outlet.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public NodePower Find(string node) => Nodes.FirstOrDefault(n => n.Node.Name == node)
        ?? throw new LabException(LabFailure.BadInput, $"{node}: no such node in this lab");

    /// <summary>Does what a fence agent asks, and gives the answer line: by
    /// then it is certainly so.</summary>
    public async Task<string> FenceAsync(string asker, string target, FenceAction action,
        CancellationToken cancel)
    {
        NodePower node = Find(target);
        string what = $"action={Word(action)} by={asker}";
        events.Write(target, $"fence-requested {what}");
        await Task.Delay(settings().FenceMs, cancel).ConfigureAwait(false);
        if (settings().FenceFails)
        {
            events.Write(target, $"fence-failed {what}");
            return "error the power switch is set to fail (fence_fails)";
        }

        await ActAsync(node, asker, action, cancel).ConfigureAwait(false);
        events.Write(target, $"fence-confirmed {what}");
        return action == FenceAction.On ? "ok on" : "ok off";
    }

    /// <summary>Cuts a node's power and lets it boot after boot_delay, without anybody waiting.</summary>
    public void Cycle(string node, PowerCause cause, string detail) => _ = Task.Run(async () =>
    {
        try
        {
            NodePower outlet = Find(node);
            await outlet.OffAsync(node, cause, detail, CancellationToken.None).ConfigureAwait(false);
            BootLater(outlet, node);
        }
        catch (LabException problem)
        {
            events.Write(node, $"reset-failed {problem.Message}");
        }
    });

    private async Task ActAsync(NodePower node, string asker, FenceAction action, CancellationToken cancel)
    {
        if (action == FenceAction.On)
        {
            await node.OnAsync(asker, cancel).ConfigureAwait(false);
            return;
        }

        // Not limited by the requester's patience: a shot that has begun is finished.
        await node.OffAsync(asker, PowerCause.Fence, $" action={Word(action)}", CancellationToken.None)
            .ConfigureAwait(false);
        if (action == FenceAction.Reboot)
            BootLater(node, asker);
    }

    private void BootLater(NodePower node, string by)
    {
        if (settings().BootDelay is { } seconds)
            node.BootLater(TimeSpan.FromSeconds(seconds), by);
    }

    private static string Word(FenceAction action) => action switch
    {
        FenceAction.Off => "off",
        FenceAction.Reboot => "reboot",
        FenceAction.On => "on",
    };
}
