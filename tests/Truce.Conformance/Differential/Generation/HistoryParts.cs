using System.Globalization;
using System.Xml.Linq;

using Truce.Analysis.WhatIf;
using Truce.Model.Xml;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up the status: what an earlier configuration left behind, and what has happened since.</summary>
internal static class HistoryParts
{
    /// <summary>The status of the cluster.</summary>
    public static XElement Make(Draft draft, Func<XElement, XElement> document)
    {
        XElement status = new("status");
        for (int i = 0; i < draft.Nodes.Count; i++)
            status.Add(Online(draft, i));
        AddAttributes(draft, status);
        if (draft.Tickets.Count > 0)
            status.Add(Tickets(draft));
        if (!draft.Chance(22, "cold"))
            status = Evolve(draft, document(status));
        if (draft.Tickets.Count > 0 && draft.Chance(40, "ticket-changed"))
            status.Element("tickets")?.ReplaceWith(Tickets(draft));
        Disturbances.Add(draft, status);
        return status;
    }

    /// <summary>Sets a transient attribute of a node.</summary>
    public static void Attribute(Draft draft, XElement state, string name, object value)
    {
        XElement? set = state.Element("transient_attributes")?.Element("instance_attributes");
        if (set is null)
        {
            string id = state.Attribute("id")!.Value;
            set = new XElement("instance_attributes", new XAttribute("id", "status-" + id));
            state.AddFirst(new XElement("transient_attributes", new XAttribute("id", id), set));
        }

        set.Elements().FirstOrDefault(p => p.Attribute("name")?.Value == name)?.Remove();
        set.Add(draft.Pair(name, value));
    }

    private static XElement Online(Draft draft, int index) => new(
        "node_state",
        new XAttribute("id", index + 1),
        new XAttribute("uname", draft.Nodes[index]),
        new XAttribute("in_ccm", "true"),
        new XAttribute("crmd", "online"),
        new XAttribute("join", "member"),
        new XAttribute("expected", "member"));

    private static XElement Tickets(Draft draft) => new("tickets", draft.Tickets.Distinct().Select(t =>
    {
        XElement ticket = new("ticket_state", new XAttribute("id", t), new XAttribute("granted", draft.Pick("true", "true", "false")));
        ticket.Add(new XAttribute("last-granted", "1684300000"));
        if (draft.Chance(20, "ticket-standby"))
            ticket.Add(new XAttribute("standby", "true"));
        return ticket;
    }));

    private static void AddAttributes(Draft draft, XElement status)
    {
        bool ping = draft.Features.Contains("rule-attribute");
        string[] promoted = [.. draft.Targets.Where(t => t.Promotable).SelectMany(t => Inner(draft, t.Id))];
        foreach (XElement state in status.Elements("node_state"))
        {
            if (ping && draft.Chance(50))
                Attribute(draft, state, "pingd", draft.Pick("1000", "0"));
            foreach (string resource in promoted.Where(_ => draft.Chance(75, "promotion-score")))
                Attribute(draft, state, "master-" + resource, draft.Pick(10, 5, 100, 20, -1));
        }
    }

    private static IEnumerable<string> Inner(Draft draft, string id) => draft.Resources.Elements()
        .Where(r => r.Attribute("id")!.Value == id)
        .Descendants("primitive")
        .Select(p => p.Attribute("id")!.Value);

    // The configuration as it may have been before: some constraints and parameters were others.
    private static XElement Evolve(Draft draft, XElement document)
    {
        document.SetAttributeValue("have-quorum", "1");
        foreach (XElement option in document.Descendants("cluster_property_set").Elements().ToList())
        {
            if (option.Attribute("name")!.Value is "maintenance-mode" or "stop-all-resources" or "no-quorum-policy" or "node-health-strategy")
                option.Remove();
        }

        if (draft.Chance(60))
            Calm(document);
        if (draft.Chance(55, "constraints-changed"))
            Thin(draft, document);
        if (draft.Chance(16, "definition-changed"))
            ChangeDefinitions(draft, document);
        if (draft.Chance(12, "resource-removed"))
            AddOrphan(draft, document);
        return Simulated(document);
    }

    private static void Calm(XElement document)
    {
        foreach (XElement pair in document.Descendants("nvpair").ToList())
        {
            if (pair.Attribute("name")!.Value is "target-role" or "is-managed" or "maintenance" or "standby")
                pair.Remove();
        }
    }

    private static void Thin(Draft draft, XElement document)
    {
        foreach (XElement constraint in document.Descendants("constraints").Elements().ToList())
        {
            if (draft.Chance(50))
                constraint.Remove();
        }
    }

    private static void ChangeDefinitions(Draft draft, XElement document)
    {
        foreach (XElement pair in document.Descendants("primitive").Elements("instance_attributes").Elements("nvpair").ToList())
        {
            if (pair.Attribute("name")!.Value == "state" && draft.Chance(25))
                pair.SetAttributeValue("value", "/run/other");
        }

        foreach (XElement operation in document.Descendants("op").ToList())
        {
            if (operation.Attribute("name")!.Value == "monitor" && draft.Chance(15))
                operation.SetAttributeValue("interval", "33s");
        }
    }

    private static void AddOrphan(Draft draft, XElement document)
    {
        XElement gone = new(
            "primitive",
            new XAttribute("id", draft.NewId("gone")),
            new XAttribute("class", "ocf"),
            new XAttribute("provider", "pacemaker"),
            new XAttribute("type", "Dummy"),
            new XElement("operations", new XElement(
                "op", new XAttribute("id", draft.NewId("op")), new XAttribute("name", "monitor"), new XAttribute("interval", "10s"))));
        document.Descendants("resources").First().Add(gone);
    }

    private static XElement Simulated(XElement document)
    {
        CibReadResult read = CibReader.Parse(document.ToString(), "before");
        if (read is not CibReadResult.Accepted accepted)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"the generator made {read.Findings[0]}"));
        SimulationResult result = Simulator.Run(new SimulationRequest
        {
            Cib = accepted.Cib,
            Now = accepted.Cib.Header.ExecutionTime!.Value.AddHours(-2),
        });
        XElement status = XElement.Parse(CibWriter.Write(result.Execution!.After)).Element("status")!;
        status.Remove();
        return status;
    }
}
