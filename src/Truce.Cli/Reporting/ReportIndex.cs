using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Truce.Cli.Reporting;

/// <summary>What <c>report --json</c> prints, and index.json in the archive; fields are added, never renamed.
/// </summary>
/// <param name="Truce">The version that made it.</param>
/// <param name="Node">The node that it is about.</param>
/// <param name="Made">When.</param>
/// <param name="From">Logs and events from then on.</param>
/// <param name="To">Until then.</param>
/// <param name="File">The archive.</param>
/// <param name="Secrets">What was masked.</param>
/// <param name="Items">Each file, and each that isn't there.</param>
/// <param name="Others">The cluster's other nodes, each of which has a report of its own.</param>
internal sealed record ReportIndexJson(
    string Truce, string Node, DateTimeOffset Made, DateTimeOffset From, DateTimeOffset To, string File,
    ReportSecretsJson Secrets, IReadOnlyList<ReportItemJson> Items, IReadOnlyList<string> Others);

/// <summary>What was masked besides all that is named like a secret.</summary>
/// <param name="Known">How many secrets were looked for by their values.</param>
/// <param name="Unknown">Why some weren't.</param>
internal sealed record ReportSecretsJson(int Known, IReadOnlyList<string> Unknown);

/// <summary>A file of the report.</summary>
/// <param name="File">Its name in the archive.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="State">whole, cut (its beginning is left out), absent (there is none, and there needn't be),
/// or missing.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="LeftOut">How many bytes were left out at its beginning.</param>
/// <param name="TookMs">How long it took.</param>
/// <param name="Remark">Why it is absent or missing, or what was odd about it.</param>
internal sealed record ReportItemJson(
    string File, string Origin, string State, long Bytes,
    [property: JsonPropertyName("left_out")] long LeftOut,
    [property: JsonPropertyName("took_ms")] long TookMs, string Remark)
{
    /// <summary>It is in the archive as a whole.</summary>
    public const string Whole = "whole";

    /// <summary>Its beginning is left out.</summary>
    public const string Cut = "cut";

    /// <summary>There is none, and there needn't be.</summary>
    public const string Absent = "absent";

    /// <summary>It should be there.</summary>
    public const string Missing = "missing";
}

/// <summary>The index for people.</summary>
internal static class ReportIndex
{
    /// <summary>All of it: the archive's index.txt.</summary>
    public static string Whole(ReportIndexJson index)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Node {index.Node}, from {Stamp(index.From)} to {Stamp(index.To)}, made {Stamp(index.Made)} by "
            + $"truce {index.Truce}");
        text.AppendLine();
        foreach (ReportItemJson item in index.Items)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{item.State,-7} {item.Bytes,10} {item.File}  ({item.Origin})");
            if (item.Remark.Length > 0)
                text.AppendLine(CultureInfo.InvariantCulture, $"                   {item.Remark}");
        }

        text.AppendLine();
        text.Append(Rest(index));
        return text.ToString();
    }

    /// <summary>What whoever made it has to know: what isn't in it.</summary>
    public static string Brief(ReportIndexJson index, long bytes)
    {
        StringBuilder text = new();
        int files = index.Items.Count(i => i.State is ReportItemJson.Whole or ReportItemJson.Cut);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{index.File}: {files} files, {Size(bytes)}, from {Stamp(index.From)} to {Stamp(index.To)}");
        // A cluster that is down is told once.
        foreach (IGrouping<string, ReportItemJson> missing in index.Items
            .Where(i => i.State == ReportItemJson.Missing).GroupBy(i => i.Remark))
            text.AppendLine(CultureInfo.InvariantCulture,
                $"missing: {string.Join(", ", missing.Select(i => i.File))}: {missing.Key}");
        foreach (ReportItemJson item in index.Items.Where(i => i.State == ReportItemJson.Cut))
            text.AppendLine(CultureInfo.InvariantCulture,
                $"cut: {item.File}: its first {Size(item.LeftOut)} are left out");
        text.Append(Rest(index));
        return text.ToString();
    }

    private static string Rest(ReportIndexJson index)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"secrets: {index.Secrets.Known} are known and masked anywhere; others by their names");
        foreach (string why in index.Secrets.Unknown)
            text.AppendLine(CultureInfo.InvariantCulture, $"secrets that may have been missed: {why}");
        text.AppendLine("do: look through it before you hand it on");
        if (index.Others.Count > 0)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"do: run truce report on the other nodes too: {string.Join(", ", index.Others)}");
        return text.ToString();
    }

    private static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{(bytes + 1023) / 1024} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
