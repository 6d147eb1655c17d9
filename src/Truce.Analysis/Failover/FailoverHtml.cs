using System.Globalization;
using System.Security;
using System.Text;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>One page for a whole cluster, without anything from elsewhere:
/// for a phone, and for paper.</summary>
public static class FailoverHtml
{
    private const string Style =
        "body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:0 1rem;color:#111;background:#fff}"
        + "h1{font-size:1.5rem}h2{font-size:1.2rem;border-top:1px solid #999;padding-top:.8rem}"
        + "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #ddd;vertical-align:top}"
        + "td.n,th.n{text-align:right;white-space:nowrap}.scroll{overflow-x:auto}svg{width:100%;height:auto}"
        + "summary{cursor:pointer;padding:.4rem 0}.bad{color:#8c1d18;font-weight:600}blockquote{margin:.5rem 0;padding-left:.8rem;border-left:3px solid #999}"
        + "@media(max-width:40rem){body{font-size:15px;padding:0 .6rem}th,td{padding:.2rem .3rem}.wide{display:none}}"
        + "@media print{body{max-width:none;font-size:10pt}details{break-inside:avoid}summary{list-style:none}h2{break-after:avoid}}";

    // Paper has no summary to click on: what is folded is opened before it is printed, and
    // comes out whole without scripts too.
    private const string Script =
        "addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true))";

    /// <summary>The page.</summary>
    /// <param name="title">What the cluster is called.</param>
    /// <param name="bounds">All bounds.</param>
    public static string Page(string title, IReadOnlyCollection<FailoverBound> bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append(CultureInfo.InvariantCulture,
                $"<title>Failover times: {Text(title)}</title><style>{Style}</style></head><body>")
            .Append(CultureInfo.InvariantCulture, $"<h1>Failover times: {Text(title)}</h1>")
            .Append("<p>From a failure until the service is available again: at worst, if every operation takes its whole timeout and succeeds, and usually. "
                + "The case of a failed stop, where the node is fenced, is listed separately (stop-failure).</p>\n");
        foreach (IGrouping<ResourceId, FailoverBound> resource in bounds.GroupBy(b => b.Resource))
            AddResource(page, resource);
        return page.Append(CultureInfo.InvariantCulture,
            $"<script>{Script}</script></body></html>\n").ToString();
    }

    private static void AddResource(StringBuilder page, IGrouping<ResourceId, FailoverBound> resource)
    {
        page.Append(CultureInfo.InvariantCulture,
            $"<h2>{Text(resource.Key.Value)}</h2><div class=\"scroll\"><table><tr><th>Cause</th><th class=\"n\">Worst</th><th class=\"n\">Usually</th><th class=\"n\">Ratio</th><th class=\"wide\">Dominated by</th></tr>");
        foreach (FailoverBound bound in resource)
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{FailoverCauses.Word(bound.Cause)}</td>{Cells(bound)}</tr>");
        page.Append("</table></div>\n");
        foreach (FailoverBound bound in resource)
            page.Append(Measured(bound));
        foreach (FailoverBound bound in resource)
            AddDetails(page, bound);
    }

    private static string Measured(FailoverBound bound) => bound.Measured is not { } measured ? ""
        : $"<p{(measured.IsBeyond ? " class=\"bad\"" : "")}>{FailoverCauses.Word(bound.Cause)}: "
            + $"{Text(measured.ToString())}</p>\n";

    private static string Cells(FailoverBound bound) => bound.Verdict switch
    {
        FailoverVerdict.Unbounded(var why) => $"<td colspan=\"4\" class=\"bad\">unbounded: {Text(why)}</td>",
        FailoverVerdict.Unaffected(var why) => $"<td colspan=\"4\">not interrupted: {Text(why)}</td>",
        FailoverVerdict.Bounded =>
            $"<td class=\"n\">{FailoverWords.Time(bound.WorstMs!.Value)}</td><td class=\"n\">{FailoverWords.Time(bound.UsualMs!.Value)}</td>"
            + $"<td class=\"n\">{FailoverWords.Ratio(bound)}</td><td class=\"wide\">{Text(bound.Dominant?.Name ?? "")}</td>",
    };

    private static void AddDetails(StringBuilder page, FailoverBound bound)
    {
        if (bound.Verdict is not FailoverVerdict.Bounded)
            return;
        page.Append(CultureInfo.InvariantCulture,
            $"<details><summary>{FailoverCauses.Word(bound.Cause)}: {FailoverWords.Time(bound.WorstMs!.Value)}</summary><div class=\"scroll\"><table><tr><th>Term</th><th class=\"n\">Worst</th><th class=\"n\">Usually</th><th>Decided by</th></tr>");
        foreach (FailoverTerm term in bound.Terms)
        {
            string count = term.Count == 1 ? ""
                : string.Create(CultureInfo.InvariantCulture, $" × {term.Count}");
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(term.Name)}{count}</td>"
                + $"<td class=\"n\">{FailoverWords.Time(term.WorstMs)}</td>"
                + $"<td class=\"n\">{FailoverWords.Time(term.UsualMs)}</td>"
                + $"<td>{Text(term.Setting)}{FailoverWords.Basis(term)}</td></tr>");
        }

        page.Append("</table></div>").Append(FailoverSvg.Chart(bound))
            .Append(CultureInfo.InvariantCulture,
                $"<blockquote>{Text(FailoverWords.Sentence(bound))}</blockquote></details>\n");
    }

    private static string Text(string text) => SecurityElement.Escape(text);
}
