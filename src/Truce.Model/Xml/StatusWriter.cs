namespace Truce.Model.Xml;

/// <summary>Writes the section <c>status</c>.</summary>
internal sealed class StatusWriter(XmlOutput output)
{
    private readonly AttributeSetWriter _sets = new(output, Vocabulary.Role);

    public void Write(ClusterStatus status)
    {
        output.Open("status");
        foreach (NodeState state in status.NodeStates)
            Write(state);
        if (!status.Tickets.IsEmpty)
            Write(status.Tickets);
        MeasuredXml.Write(output, status.Measured);
        Write(status.Unknown);
        output.Close();
    }

    private void Write(NodeState state)
    {
        output.Open("node_state").Attribute("id", state.Id.Value).Attribute("uname", state.Name?.Value)
            .Attribute("ha", state.Ha).Attribute("in_ccm", state.InCcm?.Text).Attribute("crmd",
                state.Crmd?.Text)
            .Attribute("crm-debug-origin", state.CrmDebugOrigin).Attribute("join", state.Join)
            .Attribute("expected", state.Expected).Attribute("shutdown", state.Shutdown)
            .Attribute("remote_node", state.RemoteNode).Attribute("node_fenced", state.NodeFenced)
            .Attribute("node_in_maintenance", state.NodeInMaintenance);
        Write(state.UnknownAttributes);
        Write(state.TransientAttributes);
        Write(state.History);
        Write(state.Unknown);
        output.Close();
    }

    private void Write(TransientAttributes? attributes)
    {
        if (attributes is null)
            return;
        output.Open("transient_attributes").Attribute("id", attributes.Id);
        _sets.Write("instance_attributes", attributes.Sets);
        _sets.Write("utilization", attributes.Utilization);
        output.Close();
    }

    private void Write(LocalHistory? history)
    {
        if (history is null)
            return;
        output.Open("lrm").Attribute("id", history.Id);
        output.Open("lrm_resources").Attribute("id", history.ResourcesId);
        foreach (ResourceHistory resource in history.Resources)
            Write(resource);
        output.Close();
        output.Close();
    }

    private void Write(ResourceHistory resource)
    {
        output.Open("lrm_resource").Attribute("id", resource.Id.Value).Attribute("type", resource.Type)
            .Attribute("class", resource.Class).Attribute("provider", resource.Provider)
            .Attribute("container", resource.Container?.Value).Attribute("shutdown-lock",
                resource.ShutdownLock);
        Write(resource.UnknownAttributes);
        foreach (OperationRecord operation in resource.Operations)
            Write(operation);
        output.Close();
    }

    private void Write(OperationRecord o)
    {
        output.Open("lrm_rsc_op").Attribute("id", o.Id).Attribute("operation_key", o.OperationKey)
            .Attribute("operation", o.Operation).Attribute("crm-debug-origin", o.CrmDebugOrigin)
            .Attribute("crm_feature_set", o.CrmFeatureSet).Attribute("transition-key", o.TransitionKey)
            .Attribute("transition-magic", o.TransitionMagic).Attribute("exit-reason", o.ExitReason)
            .Attribute("on_node", o.OnNode?.Value).Attribute("call-id", o.CallId).Attribute("rc-code",
                o.RcCode)
            .Attribute("op-status", o.OpStatus).Attribute("interval", o.IntervalMs).Attribute("last-run",
                o.LastRun)
            .Attribute("last-rc-change", o.LastRcChange).Attribute("exec-time", o.ExecTimeMs)
            .Attribute("queue-time", o.QueueTimeMs).Attribute("migrate_source", o.MigrateSource?.Value)
            .Attribute("migrate_target", o.MigrateTarget?.Value).Attribute("op-digest", o.OpDigest)
            .Attribute("op-force-restart", o.OpForceRestart).Attribute("op-restart-digest", o.OpRestartDigest)
            .Attribute("op-secure-params", o.OpSecureParams).Attribute("op-secure-digest", o.OpSecureDigest);
        Write(o.UnknownAttributes);
        output.Close();
    }

    private void Write(EquatableArray<TicketState> tickets)
    {
        output.Open("tickets");
        foreach (TicketState ticket in tickets)
        {
            output.Open("ticket_state").Attribute("id", ticket.Id.Value).Attribute("granted", ticket.Granted)
                .Attribute("standby", ticket.Standby).Attribute("last-granted", ticket.LastGranted);
            Write(ticket.Attributes);
            output.Close();
        }

        output.Close();
    }

    private void Write(EquatableArray<UnknownPair> pairs)
    {
        foreach (UnknownPair pair in pairs)
            output.Attribute(pair.Name, pair.Value);
    }

    private void Write(EquatableArray<UnknownElement> elements)
    {
        foreach (UnknownElement element in elements)
        {
            output.Open(element.Name);
            Write(element.Attributes);
            output.Text(element.Text);
            Write(element.Children);
            output.Close();
        }
    }
}
