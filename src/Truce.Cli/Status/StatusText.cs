using System.Collections.Immutable;
using System.Globalization;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Status;

/// <summary>The status for people: what is wrong comes with a sentence,
/// what is well takes one line.</summary>
internal sealed class StatusText(TextWriter output, DateTimeOffset now)
{
    private const int FailedPathsMax = 5;

    /// <summary>Writes it.</summary>
    public void Write(ClusterStatusDocument status)
    {
        Headline(status);
        Nodes(status);
        Resources(status.Resources);
        Pending(status);
        Fencing(status.Fencing);
        Holds(status.Holds);
        FencePaths(status.FencePaths);
    }

    private void Headline(ClusterStatusDocument status)
    {
        string quorum = status.Quorate ? "quorate" : "NOT QUORATE";
        output.WriteLine(
            $"{(status.Cluster.Length > 0 ? $"Cluster {status.Cluster}" : "Cluster")}: {quorum} ({status.Votes.Present} of {status.Votes.Configured} votes, "
            + $"{status.Votes.Needed} needed), {status.State}, coordinator {status.Coordinator ?? "none"}, "
            + $"configuration {status.ConfigurationVersion}");
        if (status.Waits.Length > 0)
            output.WriteLine($"Waiting for {status.Waits}");
        if (status.Transition is { } transition)
            output.WriteLine(
                $"Transition {transition.Number}: {transition.Done} of {transition.Actions} actions done, "
                + $"{transition.InFlight} in progress{(transition.Aborted ? ", aborted" : "")}{(transition.Reason.Length > 0 ? ": " : "")}{transition.Reason}");
    }

    private void Nodes(ClusterStatusDocument status)
    {
        output.WriteLine();
        Table table = new("NODE", "STATE", "RUNS");
        foreach (NodeStatus node in status.Nodes)
            table.Add(node.Name, StateOf(node, status.Quarantined), RunsOn(node, status.Resources));
        table.WriteTo(output);
        foreach (LinkStatus link in status.Links.Where(l => !l.Up))
            output.WriteLine($"  link {link.Link} to {link.Node} is down");
    }

    private void Resources(ImmutableArray<ResourceStatus> resources)
    {
        Table table = new("RESOURCE", "ROLE", "NODE", "AGENT", "NOTE");
        foreach (ResourceStatus resource in resources)
            table.Add(resource.Instance, resource.Role, resource.Node ?? "-", resource.Agent, NoteOf(resource));
        if (table.IsEmpty)
            return;
        output.WriteLine();
        table.WriteTo(output);
    }

    private void Pending(ClusterStatusDocument status)
    {
        if (status.Pending.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine("In progress");
        foreach (PendingOperation operation in status.Pending)
            output.WriteLine(
                $"  {operation.Operation} {operation.Resource} on {operation.Node}{Since(operation.Since)}");
    }

    private void Fencing(ImmutableArray<FenceRecord> fencing)
    {
        if (fencing.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine("Fencing");
        foreach (FenceRecord fence in fencing)
            output.WriteLine(
                $"  {fence.Action} {fence.Target}: {fence.Result}"
                + $"{(fence.By.Length > 0 ? $" by {fence.By}" : "")}{Since(fence.Begin)}, {fence.Evidence}"
                + $"{(fence.Reason.Length > 0 ? $" ({fence.Reason})" : "")}");
    }

    private void Holds(ImmutableArray<HoldStatus> holds)
    {
        if (holds.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine("Held back");
        foreach (HoldStatus hold in holds)
            output.WriteLine($"  {hold.Subject}{hold.Reason}");
    }

    // What would fail tonight comes by itself; what is only not proven takes one line.
    private void FencePaths(FencePathsStatus? paths)
    {
        if (paths is null || paths.Proven == paths.Paths)
            return;
        output.WriteLine();
        FencePathStatus[] failed = [.. paths.Unproven.Where(p => p.State == "failed")];
        foreach (FencePathStatus f in failed.Take(FailedPathsMax))
            output.WriteLine(
                $"Fencing {f.Target} from {f.From} with {f.Device} failed when it was tested: {f.Reason}");
        string never = paths.Proven > 0 && paths.Unproven.FirstOrDefault(p => p.State == "never") is { } path
            ? $" ({path.From} fencing {path.Target} with {path.Device} not yet)"
            : "";
        output.WriteLine(
            $"Fencing: {paths.Proven} of {paths.Paths} paths proven{never}; "
            + "do: truce fence test on each node");
    }

    private static string StateOf(NodeStatus node, ImmutableArray<string> quarantined) =>
        quarantined.Contains(node.Name) ? $"{node.State}, quarantined" : node.State;

    private static string RunsOn(NodeStatus node, ImmutableArray<ResourceStatus> resources) =>
        string.Join(' ', resources
            .Where(r => r.IsActive && r.Node == node.Name)
            .Select(r => r.Role == "Promoted" ? r.Instance + "*" : r.Instance));

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
        return string.Join(", ", notes);
    }

    // A time that isn't known is told as the epoch.
    private string Since(DateTimeOffset since)
    {
        if (since <= DateTimeOffset.UnixEpoch)
            return "";
        double seconds = Math.Max(0, (now - since).TotalSeconds);
        return seconds < 100
            ? string.Create(CultureInfo.InvariantCulture, $", since {seconds:F1} s")
            : string.Create(CultureInfo.InvariantCulture, $", since {seconds / 60:F0} min");
    }
}
