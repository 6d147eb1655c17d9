using System.Collections.Immutable;

namespace Truce.Model.Fencing;

/// <summary>A device's answer when asked which nodes it can fence.</summary>
/// <param name="Entries">Port and name of each; the name is empty where the device knows only ports.</param>
public sealed record FenceListing(ImmutableArray<(string Port, string Name)> Entries)
{
    private const int EntriesMax = 10_000;

    /// <summary>Reads the output of an agent's <c>list</c>: a target a line, as
    /// <c>port,name</c> or <c>port</c>.</summary>
    public static FenceListing Parse(string output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new FenceListing([.. output.Split('\n').Select(l => l.Trim().Split([',', ' ', '\t']))
            .Where(f => f[0].Length > 0).Take(EntriesMax)
            .Select(f => (f[0], f.Length > 1 ? f[1].Trim() : ""))]);
    }

    /// <summary>The port of a target by its name or its port; null if it isn't listed. Of several ports
    /// (<c>2,3</c>) all must be.</summary>
    public string? PortOf(string target)
    {
        string?[] ports = [.. target.Split(',').Select(One)];
        return ports.Contains(null) ? null : string.Join(',', ports);
    }

    private string? One(string target) => Entries.Where(e => e.Name == target || e.Port == target)
        .Select(e => e.Port).FirstOrDefault();
}

/// <summary>Whether a device can fence a node.</summary>
public abstract record DeviceReach
{
    private DeviceReach() { }

    /// <summary>It can; these parameters name the target to the agent.</summary>
    public sealed record Reachable(ImmutableSortedDictionary<string, string> Arguments) : DeviceReach;

    /// <summary>It can't.</summary>
    public sealed record Unreachable(string Reason) : DeviceReach;

    /// <summary>Only its <c>list</c> action can tell (then ask again with the listing).</summary>
    public sealed record ListFirst : DeviceReach;

    /// <summary>Only its <c>status</c> action with these parameters can tell:
    /// yes if it says on or off.</summary>
    public sealed record StatusFirst(ImmutableSortedDictionary<string, string> Arguments) : DeviceReach;
}

/// <summary>
/// Decides which devices can fence a node, and how its port is passed. Pure: the caller has run
/// <c>list</c> where this requires it.
/// </summary>
public static class FenceTargeting
{
    /// <summary>Whether <paramref name="device"/> can fence <paramref name="target"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="abilities">Its agent's; null: unknown.</param>
    /// <param name="target">The node.</param>
    /// <param name="listing">What its <c>list</c> said; null: not asked.</param>
    /// <param name="list">Whether <c>list</c> was tried in vain.</param>
    public static DeviceReach For(
        FenceDevice device, FenceAbilities? abilities, string target, FenceListing? listing, ListOutcome list)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Check(device.Options, abilities, list) switch
        {
            HostCheck.StaticList => Static(device, abilities, target),
            HostCheck.DynamicList when listing is not null => Dynamic(device, abilities, target, listing),
            HostCheck.DynamicList when list == ListOutcome.Failed =>
                new DeviceReach.Unreachable($"{device} could not list its targets"),
            HostCheck.DynamicList => new DeviceReach.ListFirst(),
            HostCheck.Status =>
                new DeviceReach.StatusFirst(Arguments(device, abilities, target, Port(device, target))),
            HostCheck.None =>
                new DeviceReach.Reachable(Arguments(device, abilities, target, Port(device, target))),
        };
    }

    /// <summary>Whether a device can fence a node according to its configuration: false if its lists don't
    /// include the node. The device itself isn't queried here.</summary>
    public static bool MayFence(FenceDevice device, string target) =>
        For(device, null, target, null, ListOutcome.NotFailed) is not DeviceReach.Unreachable;

    /// <summary>The check that applies: the configured one, else by what there is (Pacemaker
    /// Explained, "Default Check Type").</summary>
    public static HostCheck Check(FenceOptions options, FenceAbilities? abilities, ListOutcome list)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.HostCheck is HostCheck configured)
            return configured;
        if (!options.HostList.IsEmpty || !options.HostMap.IsEmpty)
            return HostCheck.StaticList;
        if (Supports(options, abilities, OperationNames.List) && list != ListOutcome.Failed)
            return HostCheck.DynamicList;
        return Supports(options, abilities, OperationNames.Status) ? HostCheck.Status : HostCheck.None;
    }

    /// <summary>The agent's parameter that takes the target; null: none.</summary>
    public static string? ArgumentName(FenceDevice device, FenceAbilities? abilities)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Options.HostArgument is string configured)
            return configured == "none" ? null : configured;
        return abilities is null ? "port"
            : abilities.Takes("plug") ? "plug"
            : abilities.Takes("port") ? "port"
            : null;
    }

    private static DeviceReach Static(FenceDevice device, FenceAbilities? abilities, string target) =>
        device.Options.HostList.Contains(target) || device.Options.HostMap.ContainsKey(target)
            ? new DeviceReach.Reachable(Arguments(device, abilities, target, Port(device, target)))
            : new DeviceReach.Unreachable($"{target} is not in the host list or map of {device}");

    private static DeviceReach Dynamic(
        FenceDevice device, FenceAbilities? abilities, string target, FenceListing listing) =>
        listing.PortOf(Port(device, target)) is string port
            ? new DeviceReach.Reachable(Arguments(device, abilities, target, port))
            : new DeviceReach.Unreachable($"{device} does not list {target}");

    /// <summary>The port, or ports, of a target as configured; its name where nothing is.</summary>
    public static string Port(FenceDevice device, string target) =>
        device.Options.HostMap.GetValueOrDefault(target, target);

    /// <summary>The parameters that name the target. One that the administrator has
    /// fixed for the device stays.</summary>
    public static ImmutableSortedDictionary<string, string> Arguments(
        FenceDevice device, FenceAbilities? abilities, string target, string port)
    {
        ImmutableSortedDictionary<string, string> arguments =
            ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("nodename", target);
        string? name = ArgumentName(device, abilities);
        bool isFixed = name is null || device.Parameters.ContainsKey(name)
            || (name is "plug" or "port" && (device.Parameters.ContainsKey("plug") || device.Parameters.ContainsKey("port")));
        return isFixed ? arguments : arguments.SetItem(name!, port);
    }

    private static bool Supports(FenceOptions options, FenceAbilities? abilities, string action) =>
        abilities is null || options.Renames(action) || abilities.Supports(action);
}

/// <summary>What became of asking a device for its targets.</summary>
public enum ListOutcome
{
    /// <summary>Not asked, or answered.</summary>
    NotFailed,

    /// <summary>Asked in vain.</summary>
    Failed,
}
