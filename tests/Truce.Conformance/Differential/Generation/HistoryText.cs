using System.Globalization;
using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Changes a resource's recorded history on a node.</summary>
internal static class HistoryText
{
    private const string Transition = "00000000-0000-0000-0000-000000000000";

    /// <summary>Whether its last operation left it running.</summary>
    public static bool IsActive(XElement history) => history.Elements("lrm_rsc_op").Any(o =>
        (o.Attribute("operation")!.Value is "start" or "promote" or "demote" or "migrate_from" && Code(o) == 0)
        || (o.Attribute("operation")!.Value == "monitor" && Code(o) is 0 or 8));

    /// <summary>Its recurring monitor, or a probe.</summary>
    public static (string Name, int Interval) Monitor(XElement history)
    {
        XElement? monitor = history.Elements("lrm_rsc_op")
            .FirstOrDefault(o => o.Attribute("operation")!.Value == "monitor" && o.Attribute("interval")?.Value is not (null or "0"));
        return ("monitor", monitor is null ? 0 : int.Parse(monitor.Attribute("interval")!.Value, CultureInfo.InvariantCulture));
    }

    /// <summary>The operation has failed, and the failure has been counted.</summary>
    public static void Fail(Draft draft, XElement state, XElement history, (string Name, int Interval) operation, int code)
    {
        bool timedOut = code == 1 && draft.Chance(30);
        XElement record = Record(draft, history, operation, timedOut ? 1 : code, timedOut ? 2 : code == 0 || operation is ("monitor", 0) ? 0 : code == 7 ? 0 : 4);
        record.SetAttributeValue("id", Id(history) + "_last_failure_0");
        history.Elements("lrm_rsc_op").Where(o => o.Attribute("id")!.Value == Id(history) + "_last_failure_0").Remove();
        if (operation.Interval == 0)
        {
            XElement last = new(record);
            last.SetAttributeValue("id", Id(history) + "_last_0");
            history.Elements("lrm_rsc_op").Where(o => o.Attribute("id")!.Value == Id(history) + "_last_0").Remove();
            history.AddFirst(last);
        }

        history.AddFirst(record);
        if (draft.Chance(80))
            Count(draft, state, history, operation, operation.Name == "monitor" ? draft.Pick("1", "2", "INFINITY") : draft.Pick("INFINITY", "1", "INFINITY"));
    }

    /// <summary>So many failures are on record.</summary>
    public static void Count(Draft draft, XElement state, XElement history, (string Name, int Interval) operation, string count)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{Id(history)}#{operation.Name}_{operation.Interval}");
        HistoryParts.Attribute(draft, state, "fail-count-" + key, count);
        HistoryParts.Attribute(draft, state, "last-failure-" + key, Seconds(draft, draft.Pick(30, 300, 7000)));
    }

    /// <summary>The same history on another node.</summary>
    public static void CopyTo(Draft draft, XElement history, XElement state)
    {
        _ = draft;
        XElement? resources = state.Element("lrm")?.Element("lrm_resources");
        if (resources is null || resources == history.Parent)
            return;
        resources.Elements().Where(r => Id(r) == Id(history)).Remove();
        XElement copy = new(history);
        foreach (XElement operation in copy.Elements())
            operation.Attribute("on_node")?.Remove();
        resources.Add(copy);
    }

    /// <summary>An operation has begun and not ended.</summary>
    public static void Pend(Draft draft, XElement history, string operation)
    {
        XElement record = Record(draft, history, (operation, 0), 193, -1);
        record.SetAttributeValue("call-id", "-1");
        history.Elements("lrm_rsc_op").Where(o => o.Attribute("id")!.Value == record.Attribute("id")!.Value).Remove();
        history.AddFirst(record);
    }

    /// <summary>It was being moved to the node; its arrival may not be on record.</summary>
    public static void Migrate(Draft draft, XElement history, XElement target)
    {
        string from = history.Ancestors("node_state").First().Attribute("uname")!.Value;
        string to = target.Attribute("uname")!.Value;
        if (from == to)
            return;
        XElement record = Record(draft, history, ("migrate_to", 0), draft.Pick(0, 0, 1), 0);
        if (Code(record) != 0)
            record.SetAttributeValue("op-status", 4);
        Between(record, from, to);
        history.Elements("lrm_rsc_op").Where(o => o.Attribute("id")!.Value == record.Attribute("id")!.Value).Remove();
        history.AddFirst(record);
        if (draft.Chance(50) && target.Element("lrm")?.Element("lrm_resources") is { } resources)
            Arrive(draft, history, resources, from, to);
    }

    private static void Arrive(Draft draft, XElement history, XElement resources, string from, string to)
    {
        XElement arrived = new(history);
        arrived.RemoveNodes();
        XElement record = Record(draft, history, ("migrate_from", 0), draft.Pick(0, 1), 0);
        if (Code(record) != 0)
            record.SetAttributeValue("op-status", 4);
        Between(record, from, to);
        arrived.Add(record);
        resources.Elements().Where(r => Id(r) == Id(history)).Remove();
        resources.Add(arrived);
    }

    private static void Between(XElement record, string from, string to)
    {
        record.SetAttributeValue("migrate_source", from);
        record.SetAttributeValue("migrate_target", to);
    }

    private static XElement Record(Draft draft, XElement history, (string Name, int Interval) operation, int code, int status)
    {
        string id = Id(history);
        int call = 1 + history.Ancestors("lrm").Descendants("lrm_rsc_op")
            .Select(o => int.TryParse(o.Attribute("call-id")?.Value, CultureInfo.InvariantCulture, out int n) ? n : 0)
            .DefaultIfEmpty().Max();
        int target = operation is ("monitor", 0) ? 7 : 0;
        string key = string.Create(CultureInfo.InvariantCulture, $"{call}:7:{target}:{Transition}");
        long at = Seconds(draft, draft.Pick(30, 300, 7000));
        XElement record = new(
            "lrm_rsc_op",
            new XAttribute("id", operation.Interval == 0 && operation.Name is not ("migrate_to" or "migrate_from")
                ? id + "_last_0"
                : string.Create(CultureInfo.InvariantCulture, $"{id}_{operation.Name}_{operation.Interval}")),
            new XAttribute("operation_key", string.Create(CultureInfo.InvariantCulture, $"{id}_{operation.Name}_{operation.Interval}")),
            new XAttribute("operation", operation.Name),
            new XAttribute("crm_feature_set", "3.16.1"),
            new XAttribute("transition-key", key),
            new XAttribute("transition-magic", string.Create(CultureInfo.InvariantCulture, $"{status}:{code};{key}")),
            new XAttribute("call-id", call),
            new XAttribute("rc-code", code),
            new XAttribute("op-status", status),
            new XAttribute("interval", operation.Interval),
            new XAttribute("last-run", at),
            new XAttribute("last-rc-change", at),
            new XAttribute("exec-time", 10),
            new XAttribute("queue-time", 0));
        if (!draft.Chance(14, "digest-missing") && Digest(history, operation.Interval) is { } digest)
            record.Add(new XAttribute("op-digest", digest));
        return record;
    }

    // What doesn't recur has the same parameters, whatever it does.
    private static string? Digest(XElement history, int interval) => history.Elements("lrm_rsc_op")
        .Where(o => int.Parse(o.Attribute("interval")?.Value ?? "0", CultureInfo.InvariantCulture) == interval)
        .Attributes("op-digest").FirstOrDefault()?.Value;

    private static long Seconds(Draft draft, int ago) => draft.Now.ToUnixTimeSeconds() - ago;

    private static string Id(XElement history) => history.Attribute("id")!.Value;

    private static int Code(XElement record) =>
        int.TryParse(record.Attribute("rc-code")?.Value, CultureInfo.InvariantCulture, out int code) ? code : -1;
}
