using System.Globalization;

using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Reads what the cluster knows of its nodes, and which of them must be fenced for that.</summary>
internal static class NodeStatesUnpack
{
    public static void Run(World world)
    {
        foreach (TicketState state in world.Cib.Status.Tickets)
        {
            Ticket ticket = TicketOf(world, state.Id.Value);
            ticket.Granted = state.Granted ?? false;
            ticket.Standby = state.Standby ?? false;
        }

        foreach (NodeState state in world.Cib.Status.NodeStates)
            ReadState(world, state);
        foreach (NodeState state in world.Cib.Status.NodeStates)
        {
            PlanNode? node = Find(world, state);
            if (node is null || node.IsRemote)
                continue;
            Judge(world, node, state);
        }

        foreach (PlanNode node in world.Nodes)
        {
            if (!node.IsRemote && !node.StateSeen && node.Unclean && !world.Settings.FencingEnabled)
                node.Unclean = false;
        }

        FenceForQuorum(world);
    }

    // Decided before anything is read of what runs: whatever that is, these nodes don't keep it.
    private static void FenceForQuorum(World world)
    {
        if (world.Settings.HaveQuorum || world.Settings.NoQuorum != NoQuorum.Fence)
            return;
        foreach (PlanNode node in world.Nodes)
        {
            if (node is { Kind: NodeKind.Cluster, Online: true })
                Fences.Need(world, node, new FenceCause.NoQuorum(), "cluster does not have quorum");
        }
    }

    public static Ticket TicketOf(World world, string id)
    {
        if (!world.Tickets.TryGetValue(id, out Ticket? ticket))
            world.Tickets[id] = ticket = new Ticket(id);
        return ticket;
    }

    public static PlanNode? Find(World world, NodeState state) =>
        world.NodeById(state.Id.Value) ?? world.NodeByName(state.Name?.Value);

    private static void ReadState(World world, NodeState state)
    {
        PlanNode? node = Find(world, state);
        // What is recorded of a remote node counts while its connection is configured.
        if (node is null or { Forgotten: true })
            return;
        node.StateSeen = true;
        if (node.IsRemote)
        {
            node.RemoteFenced = Numbers.ParseLong(state.NodeFenced) > 0;
            node.Unclean = false;
            node.Unseen = false;
            return;
        }

        // Something is known of it, so nothing is assumed.
        node.Unclean = false;
        node.Unseen = false;
        Transient(world, node, state);
        node.Standby = On(node, "standby");
        node.Maintenance = On(node, "maintenance");
        if (CibBoolean.Parse(node.Attribute("resource-discovery-enabled")) == false)
            node.Discovery = true;
    }

    /// <summary>
    /// What is recorded of a remote or guest node, once its history is read: of one that isn't up, and won't
    /// be fenced, nothing counts (kept: guest-that-is-not-up-has-no-attributes).
    /// </summary>
    public static void ReadRemote(World world, PlanNode node, NodeState state)
    {
        Transient(world, node, state);
        node.MaintenanceOnRecord = CibBoolean.Parse(state.NodeInMaintenance) == true;
        // Who may not touch the connection may not touch what is behind it.
        if (node.Connection is { } unmanaged && !unmanaged.Has(Is.Managed))
            node.Maintenance = true;
        if (On(node, "standby"))
            node.Standby = true;
        if (On(node, "maintenance"))
            node.Maintenance = true;
        if (CibBoolean.Parse(node.Attribute("resource-discovery-enabled")) == false)
            node.Discovery = false;
    }

    private static void Transient(World world, PlanNode node, NodeState state)
    {
        if (state.TransientAttributes is null)
            return;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        world.Judging.Merge(
            state.TransientAttributes.Sets, new RuleContext { NodeAttribute = node.Attribute }, values);
        foreach ((string name, string value) in values)
            node.Attributes[name] = value;
    }

    private static bool On(PlanNode node, string name)
    {
        string? value = node.Attribute(name);
        return CibBoolean.Parse(value) ?? (Numbers.ParseLong(value) is { } number && number != 0);
    }

    private static void Judge(World world, PlanNode node, NodeState state)
    {
        string? shutdown = node.Attribute("shutdown") ?? state.Shutdown;
        node.Shutdown = shutdown is not null && shutdown != "0" && CibBoolean.Parse(shutdown) != false;
        node.ExpectedUp = state.Expected == "member";
        bool online;
        if (node.IsPing)
        {
            node.Unclean = false;
            online = false;
        }
        else if (world.Settings.FencingEnabled)
        {
            online = WithFencing(world, node, state);
        }
        else
        {
            online = WithoutFencing(world, node, state);
        }

        node.Online = online;
    }

    private static bool WithoutFencing(World world, PlanNode node, NodeState state)
    {
        bool member = state.InCcm?.IsUp ?? false;
        bool peer = state.Crmd?.IsUp ?? false;
        if (!member)
            return false;
        if (peer)
            return state.Join == "member";
        if (node.ExpectedUp)
            Fences.Need(world, node, new FenceCause.ControllerLost(), "cluster is partially down");
        return false;
    }

    private static bool WithFencing(World world, PlanNode node, NodeState state)
    {
        bool? member = state.InCcm is { } inCcm ? inCcm.IsUp : null;
        bool peer = state.Crmd?.IsUp ?? false;
        bool online = member == true;
        if (node.Shutdown)
            return peer;
        if (member is null)
        {
            Fences.Need(world, node, new FenceCause.NeverSeen(), "peer has not been seen by the cluster");
        }
        else if (state.Join is "banned" or "nack")
        {
            Fences.Need(world, node, new FenceCause.NotAdmitted(), "peer failed Pacemaker membership criteria");
        }
        else if (TerminationRequested(node))
        {
            if (!member.Value && !peer && state.Join == "down")
                return online;
            Fences.Need(world, node, new FenceCause.Requested("the node attribute terminate"), "fencing was requested");
        }
        else if (state.Expected is null or "down")
        {
            online = NotYetExpected(world, node, state, member.Value, peer);
        }
        else if (!member.Value)
        {
            Fences.Need(world, node, new FenceCause.NodeLost(), "peer is no longer part of the cluster");
        }
        else if (!peer)
        {
            ControllerAbsent(world, node, state);
        }
        else if (state.Join != "member")
        {
            Joining(world, node, state);
        }

        return online;
    }

    private static void ControllerAbsent(World world, PlanNode node, NodeState state)
    {
        if (PendingTooLong(world, state))
            Fences.Need(world, node, new FenceCause.JoinTimedOut(), "peer pending timed out on joining the process group");
        else if (state.Join is null)
            Fences.Need(world, node, new FenceCause.Silent(), "peer process is no longer available");
        else
            Fences.Need(world, node, new FenceCause.ControllerLost(), "peer process is no longer available");
    }

    // It is coming up: the messaging layer knows it, or its controller is there, but it hasn't joined.
    private static bool NotYetExpected(World world, PlanNode node, NodeState state, bool member, bool peer)
    {
        if (!peer && !member)
            return false;
        if (!peer && PendingTooLong(world, state))
        {
            Fences.Need(world, node, new FenceCause.JoinTimedOut(), "peer pending timed out on joining the process group");
            return true;
        }

        node.Pending = true;
        node.Standby = true;
        return true;
    }

    private static void Joining(World world, PlanNode node, NodeState state)
    {
        if (state.Join is "pending" or "down" or null)
        {
            node.Standby = true;
            node.Pending = true;
            return;
        }

        Fences.Need(world, node, new FenceCause.NotAdmitted(), "peer was in an unknown state");
    }

    private static bool PendingTooLong(World world, NodeState state)
    {
        long limit = world.Settings.NodePendingTimeoutMs;
        if (limit <= 0 || state.InCcm?.Since is not { } since || since <= 1)
            return false;
        world.RecheckAt(since + (limit / 1000));
        return world.Now >= since + (limit / 1000);
    }

    private static bool TerminationRequested(PlanNode node)
    {
        string? value = node.Attribute("terminate");
        if (value is null)
            return false;
        return CibBoolean.Parse(value) ?? long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long t)
            && t > 0;
    }

    /// <summary>Whether a remote or guest node is up, from its connection and its container.</summary>
    public static void JudgeRemote(PlanNode node)
    {
        PlanResource? connection = node.Connection;
        if (connection is null)
        {
            node.Online = false;
            return;
        }

        PlanResource? container = connection.Container;
        // A guest is as lost as the node that talked to it (kept: guest-is-lost-with-its-connection).
        PlanNode? host = container is not null && connection is { Running: [var only] } ? only : null;
        if (connection.Role == ResourceRole.Started)
        {
            node.Online = true;
            if (connection.NextRole == ResourceRole.Stopped)
                node.Shutdown = true;
        }

        if (container is not null && container.Has(Is.Failed))
        {
            node.Online = false;
            node.RemoteRequiresReset = true;
        }
        else if (connection.Has(Is.Failed))
        {
            node.Online = false;
        }
        else if (connection.Role == ResourceRole.Stopped || container?.Role == ResourceRole.Stopped)
        {
            node.Online = false;
            node.RemoteRequiresReset = false;
        }
        else if (host is { Online: false, Unclean: true })
        {
            node.Online = false;
            node.RemoteRequiresReset = true;
        }
    }
}
