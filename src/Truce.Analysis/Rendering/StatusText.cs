using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>Whether operations that are under way are named in place of a resource's role.</summary>
public enum Progress
{
    /// <summary>As in "Starting node1".</summary>
    Named,

    /// <summary>The role stands, and the node where something is under way.</summary>
    Unnamed,
}

/// <summary>A cluster status as text: the nodes, then every resource.</summary>
public static class StatusText
{
    /// <summary>Writes a section of the summary: title, nodes, resources.</summary>
    public static void Write(TextWriter output, string title, ClusterState cluster, Progress progress)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(cluster);
        output.Write($"{title}:\n");
        NodeListText.Write(output, cluster);
        output.Write("  * Full List of Resources:\n");
        ResourceText resources = new(output, cluster, progress);
        bool any = false;
        foreach (ResourceState resource in cluster.Resources)
            any |= resources.Write(resource);
        if (!any)
            output.Write("    * No resources\n");
    }

    /// <summary>Writes what stands above the status: that management is off,
    /// and how much is held down.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="follows">Whether something was written above.</param>
    public static void WriteNotices(TextWriter output, ClusterState cluster, bool follows)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.Options.MaintenanceMode)
        {
            output.Write(follows ? "\n" : "");
            output.Write("              *** Resource management is DISABLED ***\n");
            output.Write("  The cluster will not attempt to start, stop or recover services\n\n");
        }

        if (cluster.DisabledCount > 0 || cluster.BlockedCount > 0)
        {
            output.Write(follows && !cluster.Options.MaintenanceMode ? "\n" : "");
            output.Write($"{cluster.DisabledCount} of {cluster.InstanceCount} resource instances DISABLED and ");
            output.Write($"{cluster.BlockedCount} BLOCKED from further action due to failure\n\n");
        }
    }
}
