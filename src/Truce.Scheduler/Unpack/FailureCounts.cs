using System.Globalization;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Fail counts, kept as node attributes
/// fail-count-RESOURCE#OPERATION_INTERVAL and last-failure-….</summary>
internal static class FailureCounts
{
    private const string CountPrefix = "fail-count-";
    private const string LastPrefix = "last-failure-";

    /// <summary>Every failure on record.</summary>
    public static (int Count, long Last) Raw(World world, PlanResource resource, PlanNode node)
    {
        Index(node);
        string key = resource.Has(Is.Unique) ? resource.Id : resource.ConfigId;
        (int count, long last) = node.FailCounts!.GetValueOrDefault(key);
        return (count, last);
    }

    /// <summary>Failures that have not expired.</summary>
    public static (int Count, long Last) Effective(World world, PlanResource resource, PlanNode node)
    {
        (int count, long last) = Raw(world, resource, node);
        if (count > 0 && last > 0 && resource.FailureTimeoutMs > 0 && !IsBlocking(world, resource, node)
            && world.Now > last + (resource.FailureTimeoutMs / 1000))
            return (0, last);
        return (count, last);
    }

    /// <summary>Whether an operation with on-fail=block failed there: such a failure never
    /// expires, people must look.</summary>
    public static bool IsBlocking(World world, PlanResource resource, PlanNode node)
    {
        if (!resource.Operations.Any(o => o.Config.OnFail == OnFail.Block))
            return false;
        foreach (OperationRecord operation in world.Status(resource.HistoryId, node)?.Operations ?? default)
        {
            int expected = TransitionKey.ExpectedBy(operation.TransitionKey ?? operation.TransitionMagic) ?? 0;
            bool failed = operation.RcCode != expected && operation.OpStatus != (int)ExecutionStatus.Pending;
            if (failed && OperationRules.OnFailure(world, resource, operation.Operation, operation.IntervalMs)
                == FailureAction.Block)
                return true;
        }

        return false;
    }

    /// <summary>
    /// With what runs inside the resource, whose failures are its own; a bundle's containers answer for
    /// themselves alone (kept: container-bears-no-failures-of-its-guest).
    /// </summary>
    public static (int Count, long Last) WithFilling(World world, PlanResource resource, PlanNode node)
    {
        (int count, long last) = Effective(world, resource, node);
        if (resource.Replica is not null)
            return (count, last);
        foreach (PlanResource inner in resource.Filling)
        {
            (int more, long later) = Effective(world, inner, node);
            count = Scores.Add(count, more);
            last = Math.Max(last, later);
        }

        return (count, last);
    }

    private static void Index(PlanNode node)
    {
        if (node.FailCounts is not null)
            return;
        node.FailCounts = new Dictionary<string, (int, long)>(StringComparer.Ordinal);
        foreach ((string name, string value) in node.Attributes)
        {
            bool count = name.StartsWith(CountPrefix, StringComparison.Ordinal);
            if (!count && !name.StartsWith(LastPrefix, StringComparison.Ordinal))
                continue;
            if (OfOperation(name[(count ? CountPrefix : LastPrefix).Length..]) is not { } id)
                continue;
            Put(node, id, count, value);
            string stripped = Base(id);
            if (stripped != id)
                Put(node, stripped, count, value);
        }
    }

    // The resource in RESOURCE#OPERATION_INTERVAL. Clusters before Pacemaker 1.1.18 kept one count for all
    // operations; what is left of those says nothing of now.
    private static string? OfOperation(string text)
    {
        int hash = text.LastIndexOf('#');
        int end = text.LastIndexOf('_');
        bool named = hash > 0 && end > hash + 1 && end + 1 < text.Length
            && text.AsSpan(end + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        return named ? text[..hash] : null;
    }

    private static void Put(PlanNode node, string id, bool count, string value)
    {
        (int total, long last) = node.FailCounts!.GetValueOrDefault(id);
        node.FailCounts![id] = count
            ? (Scores.Add(total, SettingsUnpack.Number(value, 0)), last)
            : (total, Math.Max(last, long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long t) ? t : 0));
    }

    private static string Base(string id)
    {
        int colon = id.LastIndexOf(':');
        return colon > 0 && colon + 1 < id.Length && id.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0
            ? id[..colon] : id;
    }

    /// <summary>An action that forgets the failures of a resource on a node.</summary>
    public static PlanAction Clear(World world, PlanResource resource, PlanNode node, string reason)
    {
        string key = Tasks.Key(resource, Tasks.ClearFailCount);
        PlanAction action = ActionFactory.Resource(world, resource, key, Tasks.ClearFailCount, node, false);
        action.SetMeta("op_no_wait", "true");
        action.Cause = ActionCause.Said(reason);
        action.Set(Act.OnDc);
        if (node is { Online: true, Unclean: false } || node.IsGuest)
            action.Set(Act.Runnable);
        return action;
    }
}
