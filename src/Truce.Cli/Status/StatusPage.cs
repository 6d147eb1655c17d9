using System.Collections.Immutable;
using System.Globalization;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Status;

/// <summary>The status for people: what is wrong comes with a sentence,
/// what is well takes one line.</summary>
internal sealed class StatusPage(TextWriter output, DateTimeOffset now, int columns = int.MaxValue)
{
    private const int FailedPathsMax = 5;
    private const int NamesMax = 20;
    private static readonly DateTimeOffset s_plausible = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes it.</summary>
    public void Write(ClusterStatusDocument status)
    {
        Headline(status);
        Nodes(status);
        Links(status);
        Resources(status.Resources);
        Pending(status);
        Fencing(status.Fencing);
        Holds(status.Holds);
        Slower(status.Slower);
        FencePaths(status.FencePaths);
    }

    private void Headline(ClusterStatusDocument status)
    {
        string quorum = status.Quorate ? "quorate" : "NOT QUORATE";
        string cluster = status.Cluster.Length > 0 ? $"Cluster {status.Cluster}" : "Cluster";
        Line(
            $"{cluster}: {quorum} ({status.Votes.Present} of {status.Votes.Configured} votes, "
            + $"{status.Votes.Needed} needed), {status.State}, coordinator {status.Coordinator ?? "none"}, "
            + $"configuration {status.ConfigurationVersion}");
        if (status.Waits.Length > 0)
            Line($"Waiting for {status.Waits}");
        if (status.Transition is { } transition)
            Line(
                $"Transition {transition.Number}: {transition.Done} of {transition.Actions} actions done, "
                + $"{transition.InFlight} in progress{(transition.Aborted ? ", aborted" : "")}"
                + $"{(transition.Reason.Length > 0 ? ": " : "")}{transition.Reason}");
    }

    // What follows a break is indented further.
    private void Line(string text) => Wrapped.Write(output, text, columns, indent: 4);

    private void Nodes(ClusterStatusDocument status)
    {
        output.WriteLine();
        Table table = new("NODE", "STATE", "RUNS");
        foreach (NodeStatus node in status.Nodes)
            table.Add(node.Name, StateOf(node, status.Quarantined), RunsOn(node, status.Resources));
        table.WriteTo(output, columns);
    }

    // The other nodes' view of the same links may differ: a cut can go one way.
    private void Links(ClusterStatusDocument status)
    {
        if (status.Links.IsEmpty)
            return;
        string observer = status.AnsweredBy.Length > 0 ? $", as {status.AnsweredBy} sees them" : "";
        LinkStatus[] down = [.. status.Links.Where(l => !l.Up)];
        output.WriteLine();
        Line(down.Length == 0
            ? $"Links: all {status.Links.Length} are up{observer}"
            : $"Links: {down.Length} of {status.Links.Length} are DOWN{observer}");
        foreach (LinkStatus link in down)
            Line($"  link {link.Link} to {link.Node} is down");
    }

    private void Resources(ImmutableArray<ResourceStatus> resources)
    {
        Table table = new("RESOURCE", "ROLE", "NODE", "AGENT", "NOTE");
        ImmutableArray<EnclosingResource> open = [];
        foreach (ResourceStatus resource in resources)
        {
            // An older node's answer has none.
            ImmutableArray<EnclosingResource> within = resource.Within.IsDefault ? [] : resource.Within;
            int same = within.Zip(open).TakeWhile(pair => pair.First == pair.Second).Count();
            for (int depth = same; depth < within.Length; depth++)
                table.Add(Indented(depth, within[depth].Id), within[depth].Kind, "", "", "");
            open = within;
            table.Add(
                Indented(open.Length, resource.Instance), resource.Role, resource.Node ?? "-", resource.Agent,
                NoteOf(resource));
        }

        if (table.IsEmpty)
            return;
        output.WriteLine();
        table.WriteTo(output, columns);
    }

    private static string Indented(int depth, string text) => new string(' ', 2 * depth) + text;

    private void Pending(ClusterStatusDocument status)
    {
        if (status.Pending.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine("In progress");
        foreach (PendingOperation operation in status.Pending)
            Line($"  {operation.Operation} {operation.Resource} on {operation.Node}{Since(operation.Since)}");
    }

    private void Fencing(ImmutableArray<FenceRecord> fencing)
    {
        if (fencing.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine("Fencing");
        foreach (FenceRecord fence in fencing)
            Line(
                $"  {fence.Action} {fence.Target}: {fence.Result}"
                + $"{(fence.By.Length > 0 ? $" by {fence.By}" : "")}{Since(fence.Begin)}, {fence.Evidence}"
                + $"{(fence.Reason.Length > 0 ? $" ({fence.Reason})" : "")}"
                + (fence.End is null ? ""
                    : "; do: fix the device, test it with truce fence test, then "
                        + $"truce fence release {fence.Target}"));
    }

    private void Holds(ImmutableArray<HoldStatus> holds)
    {
        if (holds.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine("Held back");
        foreach (string sentence in HoldText.Sentences(holds))
            Line($"  {sentence}");
    }

    // An older node's answer has none.
    private void Slower(ImmutableArray<SlowerOperationStatus> slower)
    {
        if (slower.IsDefaultOrEmpty)
            return;
        output.WriteLine();
        output.WriteLine("Slower than before");
        foreach (SlowerOperationStatus operation in slower)
            Line($"  {operation.Reason}");
    }

    // What would fail tonight comes by itself; what is only not proven takes one line.
    private void FencePaths(FencePathsStatus? paths)
    {
        if (paths is null || paths.Proven == paths.Paths)
            return;
        output.WriteLine();
        FencePathStatus[] failed = [.. paths.Unproven.Where(p => p.State == "failed")];
        foreach (FencePathStatus f in failed.Take(FailedPathsMax))
            Line(
                $"Fencing {f.Target} from {f.From} with {f.Device} failed when it was tested: {f.Reason}");
        string never = paths.Proven > 0 && paths.Unproven.FirstOrDefault(p => p.State == "never") is { } path
            ? $" ({path.From} fencing {path.Target} with {path.Device} not yet)"
            : "";
        Line(
            $"Fencing: {paths.Proven} of {paths.Paths} paths proven{never}; "
            + "do: truce fence test on each node");
    }

    private static string StateOf(NodeStatus node, ImmutableArray<string> quarantined) =>
        quarantined.Contains(node.Name) ? $"{node.State}, quarantined" : node.State;

    // Of many, a number: the table below says which.
    private static string RunsOn(NodeStatus node, ImmutableArray<ResourceStatus> resources)
    {
        string[] names =
        [
            .. resources.Where(r => r.IsActive && r.Node == node.Name)
                .Select(r => r.Role == "Promoted" ? r.Instance + "*" : r.Instance),
        ];
        return names.Length <= NamesMax ? string.Join(' ', names) : $"{names.Length} resources";
    }

    private static string NoteOf(ResourceStatus resource)
    {
        List<string> notes = [];
        if (resource.Failed)
            notes.Add(resource.Reason.Length > 0 ? $"FAILED: {resource.Reason}" : "FAILED");
        if (resource.FailCount is not ("" or "0"))
            notes.Add($"fail count {resource.FailCount}{(resource.Failed || resource.Reason.Length == 0 ? "" : $" ({resource.Reason})")}");
        if (!resource.Managed)
            notes.Add("unmanaged");
        if (resource.Pending is { } pending)
            notes.Add($"{pending} in progress");
        if (resource.Note is { Length: > 0 } said)
            notes.Add(said);
        if (notes.Count == 0 && resource is { Node: null, Role: "Stopped" })
            notes.Add($"truce why {resource.Instance} says why");
        return string.Join(", ", notes);
    }

    // A time that isn't known is told as the epoch, or counted from it.
    private string Since(DateTimeOffset since)
    {
        if (since < s_plausible)
            return "";
        double seconds = Math.Max(0, (now - since).TotalSeconds);
        return seconds < 100
            ? string.Create(CultureInfo.InvariantCulture, $", since {seconds:F1} s")
            : string.Create(CultureInfo.InvariantCulture, $", since {seconds / 60:F0} min");
    }
}
