using Truce.Model;

namespace Truce.Groups;

/// <summary>The system groups: what the servers know of nodes and links, told to those who watch.</summary>
internal static class HostApply
{
    /// <summary>After a view: which nodes there are is known anew, too.</summary>
    public static void Formed(ApplyWork work, GroupsCommand.Formed formed)
    {
        Follow(work, formed.Configured.Order().ToEquatableArray());
        // A server that takes part again reports again.
        SetLinks(work, work.State.Links.RemoveAll(l => !IsUp(work.State, l.From)));
    }

    /// <summary>After something that may have changed how a node is.</summary>
    public static void Follow(ApplyWork work) =>
        Follow(work, work.State.Hosts.Select(h => h.Node).ToEquatableArray());

    /// <summary>A server's report.</summary>
    public static void Reported(ApplyWork work, GroupsCommand.LinksTold told)
    {
        NodeId node = told.Server.Member.Node;
        if (work.State.Servers.Find(told.Server) is { Presence: ServerPresence.Present })
            SetLinks(work, work.State.Links.Where(l => l.From != node).Concat(told.Links)
                .OrderBy(l => l.From).ThenBy(l => l.To).ThenBy(l => l.Number).ToEquatableArray());
    }

    private static void Follow(ApplyWork work, EquatableArray<NodeId> configured)
    {
        EquatableArray<Host> before = work.State.Hosts;
        EquatableArray<Host> now = configured.Select(n => new Host(
            n, StateOf(work.State, n, before.FirstOrDefault(h => h.Node == n)?.State ?? HostState.Unseen)))
            .ToEquatableArray();
        if (now == before)
            return;
        work.State = work.State with { Hosts = now };
        work.Tell(SystemGroups.Hosts, [], Reach.Subscribers, new NoticeBody.HostsChanged(
            now.RemoveAll(h => before.Contains(h)),
            before.Select(h => h.Node).Where(n => !configured.Contains(n)).ToEquatableArray(), now));
    }

    // A node may have several servers for a while: the latest is the one that takes part.
    private static HostState StateOf(GroupsState state, NodeId node, HostState before)
    {
        List<ServerPresence> servers = [.. state.Servers.Entries
            .Where(s => s.Key.Member.Node == node).Select(s => s.Value.Presence)];
        if (servers.Contains(ServerPresence.Present))
            return HostState.Up;
        if (servers.Contains(ServerPresence.Lost))
            return HostState.Lost;
        if (servers.Contains(ServerPresence.Off))
            return HostState.Off;
        return before is HostState.Unseen or HostState.Off ? before : HostState.Gone;
    }

    private static bool IsUp(GroupsState state, NodeId node) =>
        state.Hosts.Any(h => h.Node == node && h.State == HostState.Up);

    private static void SetLinks(ApplyWork work, EquatableArray<HostLink> now)
    {
        EquatableArray<HostLink> before = work.State.Links;
        if (now == before)
            return;
        work.State = work.State with { Links = now };
        work.Tell(SystemGroups.Links, [], Reach.Subscribers,
            new NoticeBody.LinksChanged(now.RemoveAll(l => before.Contains(l)), now));
    }
}
