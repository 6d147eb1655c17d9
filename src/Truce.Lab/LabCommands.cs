using System.Globalization;
using System.Text.Json;

namespace Truce.Lab;

/// <summary>
/// What the verbs of <c>truce lab</c> do and print, given parsed arguments. Each returns when it is done and
/// throws <see cref="LabException"/> when it can't be.
/// </summary>
/// <param name="lab">The lab.</param>
/// <param name="output">Where answers go.</param>
/// <param name="isJson">Whether they are JSON.</param>
public sealed class LabCommands(TruceLab lab, TextWriter output, bool isJson)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Creates a lab and waits until its cluster has settled.</summary>
    /// <param name="options">Its properties.</param>
    /// <param name="isSettled">Asks one node's API socket whether the whole
    /// cluster has settled there.</param>
    /// <param name="timeout">How long that may take; zero: not waited for.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task UpAsync(
        LabOptions options, Func<string, CancellationToken, Task<bool>> isSettled, TimeSpan timeout,
        CancellationToken cancel)
    {
        await lab.UpAsync(options, cancel).ConfigureAwait(false);
        LabStatus status = await lab.StatusAsync(cancel).ConfigureAwait(false);
        if (!isJson)
            await SayAsync(
                $"{status.Nodes.Length} nodes in {lab.Paths.Root}: {IsolationProbe.Describe(status.Isolation)}").ConfigureAwait(false);
        if (timeout > TimeSpan.Zero)
            await SettleAsync(status, isSettled, timeout, cancel).ConfigureAwait(false);
        if (isJson)
            await StatusAsync(cancel).ConfigureAwait(false);
        else
            await SayAsync("the cluster has settled; try: truce status, truce lab kill n1, truce lab down")
                .ConfigureAwait(false);
    }

    /// <summary>Removes the lab.</summary>
    public async Task DownAsync(CancellationToken cancel) =>
        await SayAsync(await lab.DownAsync(cancel).ConfigureAwait(false)
            ? $"the lab in {lab.Paths.Root} is gone"
            : $"there was no lab in {lab.Paths.Root}").ConfigureAwait(false);

    /// <summary>Cuts the power of nodes.</summary>
    public Task KillAsync(IEnumerable<string> nodes, CancellationToken cancel) =>
        EachAsync(nodes, lab.KillAsync, "is off", cancel);

    /// <summary>Gives power to nodes.</summary>
    public Task BootAsync(IEnumerable<string> nodes, CancellationToken cancel) =>
        EachAsync(nodes, lab.BootAsync, "is on", cancel);

    /// <summary>Freezes nodes.</summary>
    public Task PauseAsync(IEnumerable<string> nodes, CancellationToken cancel) =>
        EachAsync(nodes, lab.PauseAsync, "is paused", cancel);

    /// <summary>Lets frozen nodes go on.</summary>
    public Task ThawAsync(IEnumerable<string> nodes, CancellationToken cancel) =>
        EachAsync(nodes, lab.ThawAsync, "is running again", cancel);

    /// <summary>Cuts the network between two groups of nodes, each separated by commas.</summary>
    public async Task CutAsync(string from, string to, int? link, bool oneWay, CancellationToken cancel)
    {
        string[] sources = from.Split(',', StringSplitOptions.RemoveEmptyEntries);
        string[] targets = to.Split(',', StringSplitOptions.RemoveEmptyEntries);
        await lab.CutAsync(sources, targets, link, oneWay, cancel).ConfigureAwait(false);
        await SayAsync(oneWay ? $"{to} no longer hears {from}" : $"{from} and {to} no longer hear each other")
            .ConfigureAwait(false);
    }

    /// <summary>Ends all cuts.</summary>
    public async Task HealAsync(CancellationToken cancel)
    {
        await lab.HealAsync(cancel).ConfigureAwait(false);
        await SayAsync("all cuts are removed").ConfigureAwait(false);
    }

    /// <summary>Changes a setting.</summary>
    public async Task SetAsync(string key, string value, CancellationToken cancel)
    {
        await lab.SetAsync(key, value, cancel).ConfigureAwait(false);
        await SayAsync($"{key} is {value}").ConfigureAwait(false);
    }

    /// <summary>Prints how the lab is.</summary>
    public async Task StatusAsync(CancellationToken cancel)
    {
        LabStatus status = await lab.StatusAsync(cancel).ConfigureAwait(false);
        await output.WriteLineAsync(isJson ? JsonSerializer.Serialize(status, LabJson.Default.LabStatus)
            : Describe(status)).ConfigureAwait(false);
    }

    /// <summary>Runs a command on a node and gives its exit code.</summary>
    public Task<int> ExecAsync(string node, IReadOnlyList<string> command, CancellationToken cancel) =>
        lab.ExecAsync(node, command, cancel);

    private async Task SettleAsync(
        LabStatus status, Func<string, CancellationToken, Task<bool>> isSettled, TimeSpan timeout,
        CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            foreach (string socket in status.Nodes.Select(n => lab.ApiSocket(n.Name)))
            {
                while (!await isSettled(socket, limit.Token).ConfigureAwait(false))
                    await Task.Delay(s_poll, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException(LabFailure.TimedOut,
                $"the cluster hasn't settled within {timeout.TotalSeconds:0} s",
                "truce status; truce lab exec n1 -- tail /var/log/truced.out (shows why a configuration was "
                    + "refused); truce lab down");
        }
    }

    private async Task EachAsync(
        IEnumerable<string> nodes, Func<string, CancellationToken, Task> act, string done,
        CancellationToken cancel)
    {
        foreach (string node in nodes)
        {
            await act(node, cancel).ConfigureAwait(false);
            await SayAsync($"{node} {done}").ConfigureAwait(false);
        }
    }

    private Task SayAsync(string text) => isJson ? Task.CompletedTask : output.WriteLineAsync(text);

    private static string Describe(LabStatus status)
    {
        IEnumerable<string> nodes = status.Nodes.Select(n => string.Create(CultureInfo.InvariantCulture,
            $"{n.Name,-5} {(n.Paused ? "paused" : n.Power),-6} boot {n.Incarnation,-4} {n.Address,-12} {(n.Pid is { } pid ? $"pid {pid}" : "")}"));
        string settings =
            $"boot_delay={status.Settings.BootDelay?.ToString(CultureInfo.InvariantCulture) ?? "none"} "
            + $"fence_ms={status.Settings.FenceMs} fence_fails={(status.Settings.FenceFails ? 1 : 0)}";
        string cuts = status.Cuts.IsEmpty ? "" : $"\ncut: {string.Join(' ', status.Cuts)}";
        return $"lab in {status.Directory}, engine {status.Engine.ToString().ToLowerInvariant()}, {status.Links} link(s)\n"
            + $"nodes are {IsolationProbe.Describe(status.Isolation)}\n{settings}\n{string.Join('\n', nodes)}{cuts}";
    }
}
