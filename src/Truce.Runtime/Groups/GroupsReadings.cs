using System.Collections.Immutable;
using Truce.Contracts.Groups;
using Truce.Groups;

namespace Truce.Runtime.Groups;

/// <summary>What may be read of the committed state without a session.</summary>
internal static class GroupsReadings
{
    /// <summary>Groups and claims that a client may see.</summary>
    public static GroupsReply.Listed List(long id, GroupsMachine machine, Predicate<string> maySee)
    {
        IEnumerable<MapEntry<GroupName, Group>> groups = machine.State?.Groups.Entries ?? [];
        IEnumerable<MapEntry<ClaimName, Claim>> claims = machine.State?.Claims.Entries ?? [];
        return new GroupsReply.Listed(
            id, ServiceOf(machine),
            [.. groups.Where(g => maySee(g.Key.Value)).Select(g => new WireSummary(
                g.Key.Value, g.Value.View.Providers.Count, g.Value.View.Version,
                g.Value.Running is { } running ? WireTelling.Of([running.Proposals[0].Change])[0].Kind
                    : null,
                Unproven(g.Value.View)))],
            [.. claims.Where(c => maySee(AccessEntry.Claim + c.Key.Value)).Select(c => new WireClaim(
                c.Key.Value, c.Value.Holder.ToString(), c.Value.Holder.Server.Member.Node.Value,
                    c.Value.Epoch,
                c.Value.Waiters.Count, WireTelling.Of(c.Value.Fence),
                c.Value.AwaitedBoot is null ? WireClaimState.Held : WireClaimState.Unproven))],
            new WireServer(
                machine.Clients, Nodes(machine, p => p == ServerPresence.Present),
                Nodes(machine, p => p != ServerPresence.Present)));
    }

    private static ImmutableArray<string>? Unproven(GroupView view) => view.Held.IsEmpty
        ? null
        : [.. view.Held.Select(h => h.Client.Server.Member.Node.Value).Distinct()];

    private static ImmutableArray<string> Nodes(GroupsMachine machine, Predicate<ServerPresence> which) =>
    [
        .. (machine.State?.Servers.Entries.Items ?? []).Where(s => which(s.Value.Presence))
            .Select(s => s.Key.Member.Node.Value).Distinct(),
    ];

    /// <summary>One group.</summary>
    public static GroupsReply.Shown Show(long id, GroupsMachine machine, GroupName name) =>
        machine.State?.Groups.Find(name) is { } group
            ? new GroupsReply.Shown(
                id, ServiceOf(machine), WireTelling.Of(group.View), Of(group.Running), group.Queue.Count)
            : new GroupsReply.Shown(id, ServiceOf(machine));

    private static WireProtocol? Of(Protocol? running) => running is null
        ? null
        : new WireProtocol(
            running.Id, running.Phase, (long)running.Limit.TotalMilliseconds,
            WireTelling.Of(running.Proposals.Select(p => p.Change)),
            [.. running.Votes.Keys.Select(c => c.ToString())], WireTelling.Of(running.Awaited),
            WireTelling.Of(running.Default));

    private static GroupsReadiness ServiceOf(GroupsMachine machine) => machine switch
    {
        { IsReady: true } => GroupsReadiness.Ready,
        { State.Phase: LineagePhase.Shut, HasMajority: true } => GroupsReadiness.Opening,
        _ => GroupsReadiness.NoMajority,
    };
}
