using System.Globalization;
using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>What has happened to nodes and resources since they were last seen well.</summary>
internal static class Disturbances
{
    /// <summary>Some of it, at random.</summary>
    public static void Add(Draft draft, XElement status)
    {
        if (draft.Chance(68))
            OnResources(draft, status);
        if (draft.Chance(58))
            OnNode(draft, draft.Pick([.. Cluster(draft, status)]));
        if (draft.Chance(10))
            OnNode(draft, draft.Pick([.. Cluster(draft, status)]));
        if (draft.Chance(8, "node-unseen"))
            Cluster(draft, status).Last().Remove();
    }

    private static IEnumerable<XElement> Cluster(Draft draft, XElement status) =>
        status.Elements("node_state").Where(s => draft.Nodes.Contains(s.Attribute("uname")?.Value ?? ""));

    private static void OnNode(Draft draft, XElement state)
    {
        switch (draft.Number(0, 12))
        {
            case 0 or 1 or 2:
                draft.Features.Add("node-lost");
                Set(state, inCcm: "false", crmd: draft.Pick("offline", "online"), join: draft.Pick("member", "down"), expected: "member");
                break;
            case 3 or 4:
                draft.Features.Add("node-offline");
                Set(state, inCcm: "false", crmd: "offline", join: "down", expected: "down");
                if (draft.Chance(70))
                    state.Elements("lrm").Remove();
                break;
            case 5 or 6:
                draft.Features.Add("node-shutdown");
                HistoryParts.Attribute(draft, state, "shutdown", draft.Now.ToUnixTimeSeconds() - 60);
                break;
            case 7 or 12:
                draft.Features.Add("node-pending");
                Set(state, inCcm: "true", crmd: draft.Pick("online", "offline"), join: draft.Pick("down", "pending"), expected: "down");
                state.Elements("lrm").Remove();
                break;
            case 8 or 9:
                draft.Features.Add("node-terminate");
                HistoryParts.Attribute(draft, state, "terminate", "true");
                break;
            default:
                draft.Features.Add("node-transient-standby");
                HistoryParts.Attribute(draft, state, "standby", "on");
                break;
        }
    }

    private static void Set(XElement state, string inCcm, string crmd, string join, string expected)
    {
        state.SetAttributeValue("in_ccm", inCcm);
        state.SetAttributeValue("crmd", crmd);
        state.SetAttributeValue("join", join);
        state.SetAttributeValue("expected", expected);
    }

    private static void OnResources(Draft draft, XElement status)
    {
        int times = draft.Number(1, 3);
        for (int i = 0; i < times; i++)
        {
            XElement[] histories = [.. status.Descendants("lrm_resource").Where(r => r.HasElements)];
            if (histories.Length > 0)
                OnResource(draft, status, draft.Pick(histories));
        }
    }

    private static void OnResource(Draft draft, XElement status, XElement history)
    {
        XElement state = history.Ancestors("node_state").First();
        if (HistoryText.IsActive(history) && draft.Chance(75))
            OnActive(draft, status, state, history);
        else
            OnAny(draft, state, history);
    }

    private static void OnActive(Draft draft, XElement status, XElement state, XElement history)
    {
        // Only what there is once is moved alive: an instance's history of it is nothing that a cluster writes.
        bool moves = !history.Attribute("id")!.Value.Contains(':');
        switch (draft.Number(0, 12))
        {
            case 8 or 9 or 10 or 11 or 12 when moves:
                draft.Features.Add("migration-interrupted");
                HistoryText.Migrate(draft, history, draft.Pick([.. Cluster(draft, status)]));
                break;
            case 0 or 1 or 2 or 8:
                draft.Features.Add("monitor-failed");
                HistoryText.Fail(draft, state, history, HistoryText.Monitor(history), draft.Pick(7, 1, 7, 5, 9, 8));
                break;
            case 3 or 4 or 9 or 10:
                draft.Features.Add("stop-failed");
                HistoryText.Fail(draft, state, history, ("stop", 0), 1);
                break;
            case 5 or 6 or 11 or 12:
                draft.Features.Add("active-twice");
                HistoryText.CopyTo(draft, history, draft.Pick([.. Cluster(draft, status)]));
                break;
            default:
                draft.Features.Add("operation-pending");
                HistoryText.Pend(draft, history, draft.Pick("stop", "monitor"));
                break;
        }
    }

    private static void OnAny(Draft draft, XElement state, XElement history)
    {
        switch (draft.Number(0, 5))
        {
            case 0 or 1:
                draft.Features.Add("start-failed");
                HistoryText.Fail(draft, state, history, ("start", 0), draft.Pick(1, 1, 5, 6, 2));
                break;
            case 2:
                draft.Features.Add("probe-failed");
                HistoryText.Fail(draft, state, history, ("monitor", 0), draft.Pick(1, 5, 0));
                break;
            case 3:
                draft.Features.Add("operation-pending");
                HistoryText.Pend(draft, history, draft.Pick("start", "monitor"));
                break;
            default:
                draft.Features.Add("fail-count");
                HistoryText.Count(draft, state, history, ("monitor", 10000), draft.Pick("1", "2", "INFINITY"));
                break;
        }
    }
}
