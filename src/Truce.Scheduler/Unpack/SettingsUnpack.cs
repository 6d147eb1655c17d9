using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Reads the cluster options, under their new and their older names.</summary>
internal static class SettingsUnpack
{
    public static void Run(World world)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        world.Judging.Merge(
            world.Cib.Configuration.ClusterProperties, RuleContext.Nothing, values, AttributeSets.BootstrapOptions);
        ClusterSettings settings = world.Settings;
        settings.HaveQuorum = world.Request.Quorum ?? world.Cib.Header.HaveQuorum ?? false;
        Switches(settings, values);
        Fencing(settings, values);
        Health(settings, values);
        settings.NoQuorum = values.GetValueOrDefault("no-quorum-policy") switch
        {
            "ignore" => NoQuorum.Ignore,
            "freeze" => NoQuorum.Freeze,
            "demote" => NoQuorum.Demote,
            // A partition that never had quorum has nothing to give up.
            "suicide" or "fence" => settings.FencingEnabled && world.Cib.Header.NoQuorumPanic == true
                ? NoQuorum.Fence : NoQuorum.Stop,
            _ => NoQuorum.Stop,
        };
        world.ClusterName = values.GetValueOrDefault("cluster-name");
        settings.Placement = values.GetValueOrDefault("placement-strategy", "default");
        settings.ClusterDelay = values.GetValueOrDefault("cluster-delay", "60s");
        settings.BatchLimit = values.GetValueOrDefault("batch-limit");
        settings.MigrationLimit = values.GetValueOrDefault("migration-limit");
        settings.ShutdownLockLimitMs = Interval.ParseMilliseconds(values.GetValueOrDefault("shutdown-lock-limit")) ?? 0;
        settings.NodePendingTimeoutMs = Interval.ParseMilliseconds(values.GetValueOrDefault("node-pending-timeout")) ?? 0;
    }

    private static void Switches(ClusterSettings settings, Dictionary<string, string> values)
    {
        bool Switch(bool fallback, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (CibBoolean.Parse(values.GetValueOrDefault(name)) is { } value)
                    return value;
            }

            return fallback;
        }

        settings.FencingEnabled = Switch(true, "fencing-enabled", "stonith-enabled", "stonith_enabled");
        settings.ConcurrentFencing = Switch(true, "concurrent-fencing");
        settings.StartupFencing = Switch(true, "startup-fencing", "startup_fencing");
        settings.SymmetricCluster = Switch(true, "symmetric-cluster", "symmetric_cluster");
        settings.MaintenanceMode = Switch(false, "maintenance-mode");
        settings.StopAllResources = Switch(false, "stop-all-resources");
        settings.StopRemovedResources = Switch(true, "stop-removed-resources", "stop-orphan-resources", "stop_orphan_resources");
        settings.StopRemovedActions = Switch(true, "cancel-removed-actions", "stop-orphan-actions", "stop_orphan_actions");
        settings.RemoveAfterStop = Switch(false, "remove-after-stop");
        settings.StartFailureIsFatal = Switch(true, "start-failure-is-fatal");
        settings.StartupProbes = Switch(true, "enable-startup-probes");
        settings.ShutdownLock = Switch(false, "shutdown-lock");
        settings.HaveWatchdog = Switch(false, "have-watchdog");
    }

    private static void Fencing(ClusterSettings settings, Dictionary<string, string> values)
    {
        string? Value(string name, string old) => values.GetValueOrDefault(name) ?? values.GetValueOrDefault(old);
        string action = Value("fencing-action", "stonith-action") ?? "reboot";
        settings.FencingAction = action is "poweroff" ? "off" : action;
        settings.FencingTimeout = Value("fencing-timeout", "stonith-timeout") ?? "60s";
        settings.FencingTimeoutMs = Interval.ParseMilliseconds(settings.FencingTimeout) ?? 60_000;
        settings.FencingWatchdogTimeoutMs =
            Interval.ParseMilliseconds(Value("fencing-watchdog-timeout", "stonith-watchdog-timeout")) ?? 0;
        settings.PriorityFencingDelayMs =
            Interval.ParseMilliseconds(values.GetValueOrDefault("priority-fencing-delay")) ?? 0;
    }

    private static void Health(ClusterSettings settings, Dictionary<string, string> values)
    {
        settings.NodeHealthStrategy = values.GetValueOrDefault("node-health-strategy", "none");
        settings.NodeHealthBase = Number(values.GetValueOrDefault("node-health-base"), 0);
        settings.HealthGreen = Number(values.GetValueOrDefault("node-health-green"), 0);
        settings.HealthYellow = Number(values.GetValueOrDefault("node-health-yellow"), 0);
        settings.HealthRed = Number(values.GetValueOrDefault("node-health-red"), -Scores.Infinity);
    }

    /// <summary>A score; of a number with decimals (old clusters have priorities like 2.0) the whole part counts.</summary>
    public static int Number(string? text, int fallback)
    {
        if (text is null)
            return fallback;
        if (Truce.Model.Score.TryParse(text, out Truce.Model.Score score))
            return score.Value;
        // What follows the number ("2.0", "10s") doesn't matter to the field's tools.
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int end = trimmed is ['-' or '+', ..] ? 1 : 0;
        while (end < trimmed.Length && char.IsAsciiDigit(trimmed[end]))
            end++;
        return Truce.Model.Score.TryParse(trimmed[..end], out score) ? score.Value : fallback;
    }
}
