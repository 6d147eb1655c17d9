using Truce.Contracts;

namespace Truce.Cli.Changing;

/// <summary>What still runs once the cluster has done what it can, and shouldn't.</summary>
internal static class StillRunning
{
    /// <summary>Refuses to call it done; null: nothing runs there any more.</summary>
    /// <param name="status">The cluster at rest.</param>
    /// <param name="node">Where nothing should run; null: anywhere.</param>
    /// <param name="said">What is so all the same, in a sentence.</param>
    public static CommandException? After(ClusterStatusDocument status, string? node, string said)
    {
        ResourceStatus[] left =
            [.. status.Resources.Where(r => r.IsActive && (node is null || r.Node == node))];
        if (left.Length == 0)
            return null;
        string names = string.Join(
            ", ", left.Select(r => r.Instance + (node is null ? $" on {r.Node}" : "") + Note(r)).Distinct());
        ResourceStatus first = left.FirstOrDefault(r => !r.Managed) ?? left[0];
        return new CommandException(
            ExitCode.No, $"{said}, but still running{(node is null ? "" : " there")}: {names}",
            $"see why they are left alone, and what ends that: truce why {first.Id}");
    }

    private static string Note(ResourceStatus resource) => resource.Managed ? "" : " (not managed)";
}
