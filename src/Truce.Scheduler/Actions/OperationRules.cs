using System.Globalization;

using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>What the configuration says about operations: timeouts, what a failure
/// means, what must hold before.</summary>
internal static class OperationRules
{
    public const long DefaultTimeoutMs = 20_000;

    public static void Apply(World world, PlanAction action)
    {
        PlanResource resource = action.Resource!;
        bool start = action.Task is Tasks.Start or Tasks.Promote;
        action.Needs = !start ? Needs.Nothing
            : resource.Has(Is.NeedsFencing) ? Needs.Fencing
            : resource.Has(Is.NeedsQuorum) ? Needs.Quorum
            : Needs.Nothing;
        action.Config = Find(resource, action.Task, action.IntervalMs, includeDisabled: false);
    }

    /// <summary>
    /// The meta attributes of an operation, defaults included, times in milliseconds. Only what will be
    /// executed needs them, so they are read when the graph is made.
    /// </summary>
    public static SortedList<string, string> Meta(
        World world, PlanResource resource, OperationConfig? config, string task, long intervalMs)
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        var context = new RuleContext
        {
            Agent = new AgentName(resource.Class, resource.Provider, resource.Type),
            Operation = task,
            OperationIntervalMs = intervalMs,
        };
        if (config is not null)
            Own(world, config, context, written);
        world.Judging.Merge(world.Cib.Configuration.OperationDefaults, context, written);
        bool probe = task == Tasks.Monitor && intervalMs == 0;
        if (probe && config is null && Shortest(resource) is { Config.Timeout: { } borrowed })
            written["timeout"] = borrowed.Text;
        return Normal(resource, task, intervalMs, written);
    }

    private static void Own(World world, OperationConfig config, RuleContext context, Dictionary<string, string> written)
    {
        Operation operation = config.Config;
        void Put(string name, string? value)
        {
            if (value is not null)
                written[name] = value;
        }

        Put("name", operation.Name);
        Put("timeout", operation.Timeout?.Text);
        Put("start-delay", operation.StartDelay?.Text);
        Put("interval-origin", operation.IntervalOrigin);
        Put("enabled", operation.Enabled is { } enabled ? CibBoolean.Text(enabled) : null);
        Put("record-pending", operation.RecordPending is { } pending ? CibBoolean.Text(pending) : null);
        Put("role", operation.Role is { } role ? Roles.Text(Roles.Of(role)) : null);
        Put("on-fail", operation.OnFail is { } onFail ? OnFailText(onFail) : null);
        world.Judging.Merge(operation.MetaAttributes, context, written);
    }

    private static SortedList<string, string> Normal(
        PlanResource resource, string task, long intervalMs, Dictionary<string, string> written)
    {
        var meta = new SortedList<string, string>(written, StringComparer.Ordinal);
        if (intervalMs > 0)
            meta["interval"] = intervalMs.ToString(CultureInfo.InvariantCulture);
        else
            meta.Remove("interval");
        long timeout = Interval.ParseMilliseconds(meta.GetValueOrDefault("timeout")) ?? DefaultTimeoutMs;
        if (resource.IsFenceDevice && task == Tasks.Monitor
            && Interval.ParseMilliseconds(resource.FixedParameters?.GetValueOrDefault("pcmk_monitor_timeout")) is { } own)
            timeout = own;
        meta["timeout"] = timeout.ToString(CultureInfo.InvariantCulture);
        if (meta.TryGetValue("start-delay", out string? delay))
            meta["start-delay"] = (Interval.ParseMilliseconds(delay) ?? 0).ToString(CultureInfo.InvariantCulture);
        return meta;
    }

    private static string OnFailText(OnFail onFail) => onFail switch
    {
        OnFail.Ignore => "ignore",
        OnFail.Block => "block",
        OnFail.Demote => "demote",
        OnFail.Stop => "stop",
        OnFail.Restart => "restart",
        OnFail.Standby => "standby",
        OnFail.Fence => "fence",
        OnFail.RestartContainer => "restart-container",
    };

    /// <summary>The configured operation of that name and interval, or null.</summary>
    public static OperationConfig? Find(
        PlanResource resource, string task, long intervalMs, bool includeDisabled)
    {
        foreach (OperationConfig operation in resource.Operations)
        {
            if (operation.Name == task && operation.IntervalMs == intervalMs
                && (includeDisabled || operation.Config.Enabled != false))
                return operation;
        }

        // Older clusters say "master"; migration and reload have no operation of
        // their own: nothing to fall back on.
        return null;
    }

    private static OperationConfig? Shortest(PlanResource resource)
    {
        OperationConfig? best = null;
        foreach (OperationConfig operation in resource.Operations)
        {
            if (operation.Name == Tasks.Monitor && operation.IntervalMs > 0 && operation.Config.Enabled != false
                && (best is null || operation.IntervalMs < best.IntervalMs))
                best = operation;
        }

        return best;
    }

    /// <summary>What a failure of the operation means.</summary>
    public static FailureAction OnFailure(World world, PlanResource resource, string task, long intervalMs)
    {
        OperationConfig? config = Find(resource, task, intervalMs, includeDisabled: true);
        string? text = config?.Config.OnFail is { } written ? OnFailText(written) : null;
        text ??= FromMeta(world, resource, config, task, intervalMs);
        if (text == "demote" && !DemoteAllowed(config, task))
            text = null;
        if (text is null && task == Tasks.Demote)
            text = FromPromotedMonitor(resource);
        FailureAction? action = text switch
        {
            "ignore" => FailureAction.Ignore,
            "block" => FailureAction.Block,
            "demote" => FailureAction.Demote,
            "stop" => FailureAction.Stop,
            "restart" => FailureAction.Recover,
            "standby" => FailureAction.Standby,
            "fence" => world.Settings.FencingEnabled ? FailureAction.Fence : FailureAction.Stop,
            "restart-container" => resource.Container is not null ? FailureAction.RestartContainer : FailureAction.Recover,
            _ => null,
        };
        return action ?? Default(world, resource, task, intervalMs);
    }

    private static FailureAction Default(World world, PlanResource resource, string task, long intervalMs)
    {
        if (resource.IsConnection && resource.Container is null && !(task == Tasks.Monitor && intervalMs == 0)
            && task != Tasks.Start)
        {
            return resource.Has(Is.Managed) ? FailureAction.ResetRemote : FailureAction.Stop;
        }

        // A service that doesn't stop takes its container along by fencing it (kept:
        // bundle-service-that-does-not-stop-is-fenced).
        bool bundled = resource.Container is { Replica: not null };
        if (resource.Container is not null && !(bundled && task == Tasks.Stop))
            return FailureAction.RestartContainer;
        if (task == Tasks.Stop)
            return world.Settings.FencingEnabled ? FailureAction.Fence : FailureAction.Block;
        return FailureAction.Recover;
    }

    private static string? FromMeta(
        World world, PlanResource resource, OperationConfig? config, string task, long intervalMs)
    {
        if (world.Cib.Configuration.OperationDefaults.IsEmpty && config?.Config.MetaAttributes.IsEmpty != false)
            return null;
        return Meta(world, resource, config, task, intervalMs).GetValueOrDefault("on-fail");
    }

    private static bool DemoteAllowed(OperationConfig? config, string task) =>
        task == Tasks.Promote
        || (task == Tasks.Monitor && config is not null && config.IntervalMs > 0 && config.Config.Role == Role.Promoted);

    private static string? FromPromotedMonitor(PlanResource resource)
    {
        foreach (OperationConfig operation in resource.Operations)
        {
            if (operation.Name == Tasks.Monitor && operation.IntervalMs > 0 && operation.Config.Enabled != false
                && operation.Config.Role == Role.Promoted && operation.Config.OnFail is { } onFail
                && onFail != OnFail.Demote)
                return OnFailText(onFail);
        }

        return null;
    }

    /// <summary>The role a resource falls to when the operation fails.</summary>
    /// <remarks>
    /// A demotion leaves it open who is promoted next; and a connection is made again at once, unless it is
    /// said when (reconnect_interval).
    /// </remarks>
    public static ResourceRole FailRole(
        World world, PlanResource resource, FailureAction onFail, string task) => onFail switch
    {
        FailureAction.Stop => ResourceRole.Stopped,
        FailureAction.ResetRemote when Parameters.ReconnectMs(world, resource) > 0 => ResourceRole.Stopped,
        FailureAction.ResetRemote or FailureAction.Demote or FailureAction.Recover or FailureAction.Ignore
            or FailureAction.RestartContainer or FailureAction.Block or FailureAction.Standby
            or FailureAction.Fence =>
            task == Tasks.Promote ? ResourceRole.Unpromoted : ResourceRole.Started,
    };
}
