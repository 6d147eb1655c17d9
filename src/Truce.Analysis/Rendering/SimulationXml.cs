using System.Globalization;
using System.Xml.Linq;

using Truce.Analysis.Execution;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>A simulation as the XML that <c>crm_simulate --output-as=xml</c> prints, for scripts that read
/// it.</summary>
public static class SimulationXml
{
    private const string ApiVersion = "2.25";

    /// <summary>Writes the document.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="request">What was simulated.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="commandLine">How it was asked for.</param>
    public static void Write(
        TextWriter output, SimulationRequest request, SimulationResult result, string commandLine)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(result);
        XElement root = new(
            "pacemaker-result",
            new XAttribute("api-version", ApiVersion),
            new XAttribute("request", commandLine));
        if (!request.Quiet)
        {
            root.Add(ClusterXml.Section("cluster_status", request.Cib, result.Before));
            if (request.Modifications.Count > 0)
                root.Add(Modified(request, result));
        }

        if (request.Parts.HasFlag(SummaryParts.Scores))
            root.Add(new XElement("allocations", result.Plan.Scores.Select(Score)));
        if (!request.Quiet)
        {
            root.Add(new XElement("actions", result.Plan.Decisions.Select(Decided)));
            if (result is { Execution: { } execution, Revised: { } revised })
            {
                root.Add(
                    new XElement("transition", execution.Steps.Select(Executed)),
                    ClusterXml.Section("revised_cluster_status", execution.After, revised));
            }
        }

        root.Add(new XElement("status", new XAttribute("code", 0), new XAttribute("message", "OK")));
        output.Write(root.ToString());
        output.Write('\n');
    }

    private static XElement Modified(SimulationRequest request, SimulationResult result)
    {
        XElement modified = new("modifications");
        foreach (Modification change in request.Modifications)
        {
            if (change is Modification.Quorum quorum)
                modified.SetAttributeValue("quorum", quorum.Held);
            else if (change is Modification.Watchdog watchdog)
                modified.SetAttributeValue("watchdog", watchdog.Active);
            else
                modified.Add(Change(change));
            modified.Add(
                result.Counted.Where(c => ReferenceEquals(c.Cause, change)).Select(c => Executed(c.Step)));
        }

        return modified;
    }

    private static XElement? Change(Modification change) => change switch
    {
        Modification.NodeUp n => Node("Online", n.Node),
        Modification.NodeDown n => Node("Offline", n.Node),
        Modification.NodeFail n => Node("Failing", n.Node),
        Modification.Ticket t => new XElement(
            "modify_ticket", new XAttribute("action", Verb(t.Change)), new XAttribute("ticket", t.Id)),
        Modification.Inject i => new XElement(
            "inject_spec",
            new XAttribute("spec", $"{i.Operation.Key()}@{i.Operation.Node}={i.Operation.ExitCode}")),
        Modification.Quorum or Modification.Watchdog => null,
    };

    private static XElement Node(string action, NodeId node) =>
        new("modify_node", new XAttribute("action", action), new XAttribute("node", node));

    private static string Verb(TicketChange change) => change switch
    {
        TicketChange.Grant => "Granting",
        TicketChange.Revoke => "Revoking",
        TicketChange.Standby => "Standby",
        TicketChange.Activate => "Activating",
    };

    private static XElement Score(ScoreLine score) => score switch
    {
        ScoreLine.Allocation s => new XElement(
            "node_weight", new XAttribute("function", s.Label), new XAttribute("node", s.Node),
            new XAttribute("score", Scores.Text(s.Score)), new XAttribute("id", s.Resource)),
        ScoreLine.Promotion s => Promotion(s.Resource, s.Score, s.Node),
        ScoreLine.InactivePromotion s => Promotion(s.Resource, s.Score, null),
    };

    private static XElement Promotion(ResourceId id, int score, NodeId? node) => new(
        "promotion_score", new XAttribute("id", id), new XAttribute("score", Scores.Text(score)),
        Place("node", node));

    private static XElement? Decided(Decision decision) => decision switch
    {
        Decision.Fence f => new XElement(
            "node_action", new XAttribute("task", $"Fence ({f.Action})"), new XAttribute("node", f.Node),
            f.Reason is { } reason ? new XAttribute("reason", reason) : null),
        Decision.Resource r => Decided(r),
        Decision.Leave => null,
    };

    private static XElement Decided(Decision.Resource r)
    {
        bool roles = r.Shown is not (ChangeForm.Node or ChangeForm.NodeToNode);
        bool both = r.Shown is ChangeForm.RoleToRole or ChangeForm.RoleNodeToRoleNode;
        bool moves = r.Shown is ChangeForm.NodeToNode or ChangeForm.NodeToNodeRole
            or ChangeForm.RoleNodeToRoleNode;
        bool alone = r.Change is ResourceChange.Start or ResourceChange.Stop
            || (r.Change == ResourceChange.Recover && !both && !moves);
        XAttribute? source = alone ? null : Place("source", r.FromNode);
        XAttribute? next = both ? new XAttribute("next-role", PrimitiveText.Role(r.ToRole)) : null;
        return new XElement(
            "rsc_action", new XAttribute("action", $"{r.Change}".ToLowerInvariant()),
            new XAttribute("resource", r.Id),
            roles ? new XAttribute("role", PrimitiveText.Role(r.FromRole)) : null,
            alone ? Place("node", r.FromNode ?? r.ToNode) : null,
            moves ? source : next,
            moves ? next : source,
            !alone && (moves || r.FromNode is null) ? Place("dest", r.ToNode) : null,
            r.Reason is { } reason ? new XAttribute("reason", reason) : null,
            r.Blocked ? new XAttribute("blocked", true) : null);
    }

    private static XAttribute? Place(string name, NodeId? node) =>
        node is { } at ? new XAttribute(name, at) : null;

    private static XElement? Executed(PaperStep step) => step switch
    {
        PaperStep.Operation o => new XElement(
            "rsc_action", new XAttribute("resource", o.Resource), new XAttribute("op", o.Action.Operation),
            o.Action.Node is { } node ? new XAttribute("node", node) : null, Interval(o.Action)),
        PaperStep.Pseudo p => new XElement(
            "pseudo_action", new XAttribute("task", p.Action.OperationKey),
            p.Action.Node is { } node ? new XAttribute("node", node) : null),
        PaperStep.Fence f => new XElement(
            "fencing_action", Place("target", f.Action.Node), new XAttribute("op", f.Action.Action)),
        PaperStep.Cluster c => new XElement(
            "cluster_action", new XAttribute("task", c.Action.Operation),
            c.Action.Node is { } node ? new XAttribute("node", node) : null,
            c.Action.Resource is { } resource ? new XAttribute("id", resource.Id) : null),
        PaperStep.AttributeChange a => new XElement(
            "inject_attr", new XAttribute("name", a.Name), new XAttribute("value", a.Value),
            new XAttribute("node_path", "/node_state"), new XAttribute("cib_node", a.Node)),
        PaperStep.Failure => null,
    };

    private static XAttribute? Interval(GraphAction action)
    {
        long interval = OperationRecords.Number(action, "CRM_meta_interval");
        return interval == 0
            ? null
            : new XAttribute("interval", interval.ToString(CultureInfo.InvariantCulture));
    }
}
