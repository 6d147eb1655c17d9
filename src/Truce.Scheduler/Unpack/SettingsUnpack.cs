using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Takes the cluster options as they are at the time of the plan.</summary>
internal static class SettingsUnpack
{
    public static void Run(World world)
    {
        ClusterOptions options = ClusterOptions.From(world.Cib.Configuration, world.Request.Now);
        ClusterSettings settings = world.Settings;
        settings.HaveQuorum = world.Request.Quorum ?? world.Cib.Header.HaveQuorum ?? false;
        Switches(settings, options);
        Fencing(settings, options);
        Health(settings, options);
        settings.NoQuorum = (world.Request.NoQuorumPolicy ?? options.NoQuorumPolicy) switch
        {
            NoQuorumPolicy.Ignore => NoQuorum.Ignore,
            NoQuorumPolicy.Freeze => NoQuorum.Freeze,
            NoQuorumPolicy.Demote => NoQuorum.Demote,
            // A partition that never had quorum has nothing to give up.
            NoQuorumPolicy.Fence => settings.FencingEnabled && world.Cib.Header.NoQuorumPanic == true
                ? NoQuorum.Fence : NoQuorum.Stop,
            NoQuorumPolicy.Stop => NoQuorum.Stop,
        };
        world.ClusterName = options.Text("cluster-name");
        settings.Placement = options.Text("placement-strategy") ?? "default";
        settings.ClusterDelay = options.Text("cluster-delay") ?? "60s";
        settings.BatchLimit = options.Text("batch-limit");
        settings.MigrationLimit = options.Text("migration-limit");
        settings.PacemakerPrefix = options.PacemakerPrefix;
        settings.ShutdownLockLimitMs = options.ShutdownLockLimitMs;
        settings.NodePendingTimeoutMs = options.NodePendingTimeoutMs;
    }

    private static void Switches(ClusterSettings settings, ClusterOptions options)
    {
        settings.FencingEnabled = options.FencingEnabled;
        settings.ConcurrentFencing = options.ConcurrentFencing;
        settings.StartupFencing = options.StartupFencing;
        settings.SymmetricCluster = options.SymmetricCluster;
        settings.MaintenanceMode = options.MaintenanceMode;
        settings.StopAllResources = options.StopAllResources;
        settings.StopRemovedResources = options.StopRemovedResources;
        settings.StopRemovedActions = options.CancelRemovedActions;
        settings.RemoveAfterStop = options.RemoveAfterStop;
        settings.StartFailureIsFatal = options.StartFailureIsFatal;
        settings.StartupProbes = options.EnableStartupProbes;
        settings.ShutdownLock = options.ShutdownLock;
        settings.HaveWatchdog = options.HaveWatchdog;
    }

    private static void Fencing(ClusterSettings settings, ClusterOptions options)
    {
        settings.FencingAction = options.FencingAction switch
        {
            FencingAction.Off => "off",
            FencingAction.Reboot => "reboot",
        };
        settings.FencingTimeout = options.Text("fencing-timeout") ?? "60s";
        settings.FencingTimeoutMs = options.FencingTimeoutMs;
        settings.FencingWatchdogTimeoutMs = options.FencingWatchdogTimeoutMs;
        settings.PriorityFencingDelayMs = options.PriorityFencingDelayMs;
    }

    private static void Health(ClusterSettings settings, ClusterOptions options)
    {
        settings.NodeHealthStrategy = options.Text("node-health-strategy") ?? "none";
        settings.NodeHealthBase = Number(options.Text("node-health-base"), 0);
        settings.HealthGreen = Number(options.Text("node-health-green"), 0);
        settings.HealthYellow = Number(options.Text("node-health-yellow"), 0);
        settings.HealthRed = Number(options.Text("node-health-red"), -Scores.Infinity);
    }

    /// <summary>A score; of a number with decimals (old clusters have priorities like
    /// 2.0) the whole part counts.</summary>
    public static int Number(string? text, int fallback) =>
        Truce.Model.Score.ParseLeading(text)?.Value ?? fallback;
}
