namespace Truce.Model.Xml;

/// <summary>
/// Reads the section <c>status</c>. Schemas allow anything there, so what isn't known is kept; values that
/// the model takes apart must be possible nevertheless.
/// </summary>
internal sealed class StatusReader(XmlCursor cursor, AttributeSetReader sets)
{
    public ClusterStatus Read()
    {
        List<NodeState> states = [];
        List<TicketState> tickets = [];
        List<UnknownElement> unknown = [];
        EquatableArray<MeasuredTimes> measured = [];
        cursor.TakeAttributes().KeepRest();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "node_state")
                states.Add(ReadNode());
            else if (cursor.Name == "tickets")
                ReadTickets(tickets);
            else if (cursor.Name == MeasuredXml.Element)
                measured = MeasuredXml.Read(cursor);
            else
                unknown.Add(KeepUnknown());
        }

        return new ClusterStatus
        {
            NodeStates = [.. states],
            Tickets = [.. tickets],
            Measured = measured,
            Unknown = [.. unknown],
        };
    }

    private UnknownElement KeepUnknown()
    {
        cursor.Log.Warning(FindingIds.UnknownElement, cursor.Place, "unknown element in the status, kept",
            "nothing, unless you wrote it");
        return cursor.Keep();
    }

    private NodeState ReadNode()
    {
        XmlAttributes a = cursor.TakeAttributes();
        NodeState state = new(new NodeUuid(a.Required("id")))
        {
            Name = a.Text("uname") is { } name ? new NodeId(name) : null,
            InCcm = a.Text("in_ccm") is { } inCcm ? new Presence(inCcm) : null,
            Crmd = a.Text("crmd") is { } crmd ? new Presence(crmd) : null,
            Join = a.Text("join"),
            Expected = a.Text("expected"),
            NodeFenced = a.Text("node_fenced"),
            NodeInMaintenance = a.Text("node_in_maintenance"),
            RemoteNode = a.Boolean("remote_node"),
            Shutdown = a.Text("shutdown"),
            Ha = a.Text("ha"),
            CrmDebugOrigin = a.Shared("crm-debug-origin"),
            UnknownAttributes = a.KeepRest(),
        };
        List<UnknownElement> unknown = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "transient_attributes" && state.TransientAttributes is null)
                state = state with { TransientAttributes = ReadTransient(unknown) };
            else if (cursor.Name == "lrm" && state.History is null)
                state = state with { History = ReadHistory(unknown) };
            else
                unknown.Add(KeepUnknown());
        }

        return state with { Unknown = [.. unknown] };
    }

    private TransientAttributes ReadTransient(List<UnknownElement> unknown)
    {
        XmlAttributes a = cursor.TakeAttributes();
        string? id = a.Text("id");
        a.KeepRest();
        List<AttributeSet> attributes = [];
        List<AttributeSet> utilization = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "instance_attributes")
                attributes.Add(sets.Read(AttributeSetUse.Status));
            else if (cursor.Name == "utilization")
                utilization.Add(sets.Read(AttributeSetUse.Status));
            else
                unknown.Add(KeepUnknown());
        }

        return new TransientAttributes(id, [.. attributes]) { Utilization = [.. utilization] };
    }

    private LocalHistory ReadHistory(List<UnknownElement> unknown)
    {
        XmlAttributes a = cursor.TakeAttributes();
        LocalHistory history = new(a.Text("id"), []);
        a.KeepRest();
        List<ResourceHistory> resources = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "lrm_resources")
                history = history with { ResourcesId = ReadResources(resources, unknown) };
            else
                unknown.Add(KeepUnknown());
        }

        return history with { Resources = [.. resources] };
    }

    private string? ReadResources(List<ResourceHistory> resources, List<UnknownElement> unknown)
    {
        XmlAttributes a = cursor.TakeAttributes();
        string? id = a.Text("id");
        a.KeepRest();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "lrm_resource")
                resources.Add(ReadResource(unknown));
            else
                unknown.Add(KeepUnknown());
        }

        return id;
    }

    private ResourceHistory ReadResource(List<UnknownElement> unknown)
    {
        XmlAttributes a = cursor.TakeAttributes();
        ResourceHistory resource = new(new ResourceId(a.Required("id")))
        {
            Type = a.Shared("type"),
            Class = a.Shared("class"),
            Provider = a.Shared("provider"),
            Container = a.Text("container") is { } container ? new ResourceId(container) : null,
            ShutdownLock = a.Long("shutdown-lock"),
            UnknownAttributes = a.KeepRest(),
        };
        List<OperationRecord> operations = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "lrm_rsc_op")
                operations.Add(ReadOperation());
            else
                unknown.Add(KeepUnknown());
        }

        return resource with { Operations = [.. operations] };
    }

    private OperationRecord ReadOperation()
    {
        XmlAttributes a = cursor.TakeAttributes();
        OperationRecord record = new(a.Required("id"), a.Shared("operation") ?? "")
        {
            OperationKey = a.Text("operation_key"),
            CrmDebugOrigin = a.Shared("crm-debug-origin"),
            CrmFeatureSet = a.Shared("crm_feature_set"),
            TransitionKey = a.Text("transition-key"),
            TransitionMagic = a.Text("transition-magic"),
            ExitReason = a.Shared("exit-reason"),
            OnNode = a.Shared("on_node") is { } node ? new NodeId(node) : null,
            CallId = a.Int("call-id") ?? -1,
            RcCode = a.Int("rc-code") ?? (int)AgentExitCode.Unknown,
            OpStatus = a.Int("op-status") ?? (int)ExecutionStatus.Pending,
            IntervalMs = a.Long("interval", 0) ?? 0,
            LastRun = a.Long("last-run") ?? a.Long("last_run"),
            LastRcChange = a.Long("last-rc-change") ?? a.Long("last_rc_change"),
            ExecTimeMs = a.Long("exec-time") ?? a.Long("exec_time"),
            QueueTimeMs = a.Long("queue-time") ?? a.Long("queue_time"),
            MigrateSource = a.Shared("migrate_source") is { } source ? new NodeId(source) : null,
            MigrateTarget = a.Shared("migrate_target") is { } target ? new NodeId(target) : null,
            OpDigest = a.Shared("op-digest"),
            OpForceRestart = a.Shared("op-force-restart"),
            OpRestartDigest = a.Shared("op-restart-digest"),
            OpSecureParams = a.Shared("op-secure-params"),
            OpSecureDigest = a.Shared("op-secure-digest"),
            UnknownAttributes = a.KeepRest(),
        };
        if (record.Operation.Length == 0)
            a.Missing("operation");
        cursor.ExpectNoChildren("lrm_rsc_op");
        return record;
    }

    private void ReadTickets(List<TicketState> tickets)
    {
        cursor.TakeAttributes().KeepRest();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "ticket_state")
                tickets.Add(ReadTicket());
            else
                cursor.RejectElement("tickets", "ticket_state");
        }
    }

    private TicketState ReadTicket()
    {
        XmlAttributes a = cursor.TakeAttributes();
        TicketState ticket = new(new TicketId(a.Required("id")))
        {
            Granted = a.Boolean("granted"),
            Standby = a.Boolean("standby"),
            LastGranted = a.Long("last-granted"),
            Attributes = a.TakeRest(),
        };
        cursor.ExpectNoChildren("ticket_state");
        return ticket;
    }
}
