using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>
/// Compares what ran with what is configured now: restarts or reloads what has changed, cancels recurring
/// operations that are gone, and forgets failures of parameters that have been changed since.
/// </summary>
internal sealed class ConfigChanges(World world)
{
    private static readonly ActionCause s_redefined = new(CauseKind.Redefined, "resource definition change");

    public void Run()
    {
        foreach ((PlanNode node, NodeState state) in StatesByNodeName())
        {
            if (state.History is null)
                continue;
            if (!Availability.CanRun(node) && !node.Maintenance)
                continue;
            foreach (ResourceHistory entry in state.History.Resources)
            {
                if (!entry.Operations.IsEmpty)
                    Check(node, entry);
            }
        }
    }

    /// <summary>As <see cref="Run"/>, for failures of what has its host's name among its
    /// parameters: it is known only now.</summary>
    public void RunAfterAssignment()
    {
        foreach ((PlanResource resource, PlanNode node, OperationRecord operation) in world.LastFailures)
            LastFailure(resource, node, operation);
    }

    // Actions are numbered as they are made: node by node, whatever order their states came in.
    private List<(PlanNode Node, NodeState State)> StatesByNodeName()
    {
        List<(PlanNode Node, NodeState State)> states = [];
        foreach (NodeState state in world.Cib.Status.NodeStates)
        {
            if (NodeStatesUnpack.Find(world, state) is { } node)
                states.Add((node, state));
        }

        return [.. states.OrderBy(s => s.Node.Name, Comparer<string>.Create(NodeNames.Compare))];
    }

    private void Check(PlanNode node, ResourceHistory entry)
    {
        foreach (PlanResource resource in Instances(entry.Id.Value, node))
            Check(node, resource, entry);
    }

    private IEnumerable<PlanResource> Instances(string id, PlanNode node)
    {
        // A primitive once, now perhaps the id of something else.
        if (world.OrphanBans.Find(o => o.Id == id) is { } gone)
        {
            yield return gone;
            yield break;
        }

        if (world.Find(id) is { } exact && exact.Has(Is.Unique))
        {
            yield return exact;
            yield break;
        }

        foreach (PlanResource running in node.Running.ToList())
        {
            if (running.HistoryId == id)
                yield return running;
        }

        if (world.Find(id) is { IsPrimitive: true } single && !node.Running.Contains(single) && single.HistoryId == id)
            yield return single;
    }

    private void Check(PlanNode node, PlanResource resource, ResourceHistory entry)
    {
        if (resource.Has(Is.Removed))
        {
            if (!resource.Has(Is.RemovedInstance)
                && world.Settings.StopRemovedResources && resource.Parent is null)
                Cleanup.Schedule(world, resource, node, false);
            return;
        }

        if (!resource.Running.Contains(node))
        {
            if (AgentChanged(node, resource, entry, active: false))
                Cleanup.Schedule(world, resource, node, false);
            return;
        }

        if (AgentChanged(node, resource, entry, active: true))
            Cleanup.Schedule(world, resource, node, false);
        List<OperationRecord> sorted = HistoryOrder.Sort(entry.Operations);
        (int start, int stop) = HistoryOrder.ActiveRange(sorted);
        for (int i = 0; i < sorted.Count; i++)
        {
            if (start < stop)
                continue;
            if (i < start)
                continue;
            OperationRecord operation = sorted[i];
            string task = operation.Operation;
            long interval = operation.IntervalMs;
            // One node in maintenance keeps the cluster's hands off all of what
            // runs there, wherever else it runs.
            if (interval > 0 && (resource.Has(Is.Maintenance) || resource.Running.Exists(n => n.Maintenance)))
            {
                Cancel(node, resource, operation, "maintenance mode");
            }
            else if (interval > 0 || task is Tasks.Start or Tasks.Promote or Tasks.MigrateFrom
                || task == Tasks.Monitor && interval == 0)
            {
                // What failed with other parameters gets a fresh try.
                if (Definition(node, resource, operation)
                    && FailureCounts.Effective(world, resource, node).Count > 0)
                    FailureCounts.Clear(world, resource, node, "action definition changed");
            }
        }
    }

    private bool AgentChanged(PlanNode node, PlanResource resource, ResourceHistory entry, bool active)
    {
        bool changed = !string.Equals(resource.Class, entry.Class, StringComparison.Ordinal)
            || (resource.Provider ?? "") != (entry.Provider ?? "")
            || !string.Equals(resource.Type, entry.Type, StringComparison.Ordinal);
        if (entry.Class is null && entry.Type is null)
            changed = false;
        if (changed && active)
        {
            ActionFactory.Stop(world, resource, node, false);
            resource.AgentChanged = true;
            Unfencing.Trigger(world, resource, node, "Device definition changed");
        }

        return changed;
    }

    private void Cancel(PlanNode node, PlanResource resource, OperationRecord operation, string reason)
    {
        PlanAction cancel = CancelAction(world, resource, operation.Operation, operation.IntervalMs, node);
        cancel.SetMeta("call_id", operation.CallId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        cancel.Cause = ActionCause.Said(reason);
        OrderingRules.Actions(world, resource, Tasks.Stop, cancel, Relation.Ordered, "stop makes cancel superfluous");
    }

    public static PlanAction CancelAction(World world, PlanResource resource, string task, long interval, PlanNode node)
    {
        string key = Tasks.Key(resource.Id, task, interval);
        // What history says is running becomes its own cancellation.
        PlanAction? action = resource.Actions.Find(a => a.Key == key && ReferenceEquals(a.Node, node));
        if (action is null)
        {
            action = new PlanAction(world.Actions.Count + 1, resource, key, Tasks.Cancel, node) { IntervalMs = interval, Budget = world.Budget };
            world.Actions.Add(action);
            resource.Actions.Add(action);
        }

        action.Task = Tasks.Cancel;
        action.CancelledTask = task;
        // On a guest that goes down with its container there will be nothing left to cancel.
        if (node.IsGuest && !node.Online && node.RemoteRequiresReset)
            action.Clear(Act.Runnable);
        else
            action.Set(Act.Runnable);
        action.Clear(Act.Optional);
        return action;
    }

    private bool Definition(PlanNode node, PlanResource resource, OperationRecord operation)
    {
        string task = operation.Operation;
        long interval = operation.IntervalMs;
        if (interval > 0)
        {
            bool configured = OperationRules.Find(resource, task, interval, includeDisabled: false) is not null;
            if (!configured)
            {
                if (world.Settings.StopRemovedActions)
                    Cancel(node, resource, operation, "no longer configured");
                return true;
            }
        }

        // A failure on record that doesn't say with which parameters; what runs has a record of its own.
        if (operation.OpDigest is null && HistoryReading.IsFailure(operation))
            return false;
        Change change = Compare(node, resource, operation);
        if (change == Change.None || OnlySecretsDiffer(node, resource, operation))
            return false;
        if (interval > 0 && change != Change.Restart)
            Reschedule(node, resource, task, interval);
        else if (change == Change.Reload)
            Reload(resource, node);
        else
            Required(resource, node);
        return true;
    }

    private void Reschedule(PlanNode node, PlanResource resource, string task, long interval)
    {
        Unfencing.Trigger(world, resource, node, "Device parameters changed (reschedule)");
        PlanAction action = ActionFactory.Resource(
            world, resource, Tasks.Key(resource.Id, task, interval), task, node, true, interval);
        action.Set(Act.Reschedule);
    }

    private void Required(PlanResource resource, PlanNode node)
    {
        Unfencing.Trigger(world, resource, node, "Device parameters changed");
        // No node is named: it is started where it is going to be.
        PlanAction required = ActionFactory.Start(world, resource, null, false);
        // Another agent's digests say nothing.
        if (!resource.AgentChanged)
            required.Cause = s_redefined;
    }

    private void Reload(PlanResource resource, PlanNode node)
    {
        if (resource.Has(Is.Failed) || !resource.Has(Is.Managed))
            return;
        if (resource.Has(Is.StartPending))
        {
            PlanAction stop = ActionFactory.Stop(world, resource, node, false);
            stop.Cause = s_redefined;
            return;
        }

        resource.Set(Is.Reload);
        PlanAction reload = ActionFactory.Resource(
            world, resource, Tasks.Key(resource, Tasks.ReloadAgent), Tasks.ReloadAgent, node, false);
        reload.Cause = s_redefined;
        OrderingRules.Actions(world, reload, resource, Tasks.Stop, Relation.Ordered | Relation.ThenCancelsFirst, "reload unless stop");
        OrderingRules.Actions(world, reload, resource, Tasks.Demote, Relation.Ordered | Relation.ThenCancelsFirst, "reload unless demote");
    }

    private enum Change
    {
        None,
        All,
        Reload,
        Restart,
    }

    private Change Compare(PlanNode node, PlanResource resource, OperationRecord operation)
    {
        string task = operation.Operation == Tasks.MigrateFrom ? Tasks.Start : operation.Operation;
        SortedList<string, string> all = Digests.Parameters(world, resource, task, operation.IntervalMs, node, true);
        if (operation.OpRestartDigest is { } restart && !operation.OpRestartDigest.StartsWith("00000000", StringComparison.Ordinal))
        {
            if (restart != ParameterDigest.Of(RestartParameters(all, operation)))
                return Change.Restart;
        }

        if (operation.OpDigest == ParameterDigest.Of(all))
            return Change.None;
        // An agent reloads its resource's parameters, not those of an operation.
        return operation.OpRestartDigest is not null && operation.IntervalMs == 0
            && Digests.OperationParameters(world, resource, task, operation.IntervalMs, node).Count == 0
            ? Change.Reload
            : operation.IntervalMs > 0 ? Change.All : Change.Restart;
    }

    // In a configuration passed on to others secrets are starred out; then only the rest can be compared.
    private bool OnlySecretsDiffer(PlanNode node, PlanResource resource, OperationRecord operation)
    {
        if (operation.OpSecureDigest is not { } digest)
            return false;
        SortedList<string, string> all = Digests.Parameters(
            world, resource, operation.Operation, operation.IntervalMs, node, true);
        bool masked = all.Any(p => IsSecret(operation, p.Key) && p.Value.Length > 0 && p.Value.All(c => c == '*'));
        return masked && digest == ParameterDigest.Of(PublicParameters(resource, all, operation));
    }

    private static bool IsSecret(OperationRecord operation, string name) =>
        operation.OpSecureParams is { } names && $" {names} ".Contains($" {name} ", StringComparison.Ordinal);

    /// <summary>What the executor's digest without secrets covers: neither timeouts nor what
    /// the fencer itself reads.</summary>
    private static IEnumerable<KeyValuePair<string, string>> PublicParameters(
        PlanResource resource, SortedList<string, string> all, OperationRecord operation)
    {
        foreach (KeyValuePair<string, string> parameter in all)
        {
            bool fencer = resource.IsFenceDevice && (parameter.Key.StartsWith("pcmk_", StringComparison.Ordinal)
                || parameter.Key is "provides" or "stonith-timeout");
            if (!fencer && parameter.Key != "CRM_meta_timeout" && !IsSecret(operation, parameter.Key))
                yield return parameter;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> RestartParameters(
        SortedList<string, string> all, OperationRecord operation)
    {
        string list = operation.OpForceRestart is { } names ? $" {names} " : " ";
        foreach (KeyValuePair<string, string> parameter in all)
        {
            if (list.Contains($" {parameter.Key} ", StringComparison.Ordinal))
                yield return parameter;
        }
    }

    /// <summary>Forgets a failure that happened with other parameters.</summary>
    public void LastFailure(PlanResource resource, PlanNode node, OperationRecord operation)
    {
        // Parameters matter to starts and to monitors; a resource that
        // couldn't stop or move couldn't with any.
        if (operation.OpDigest is null || resource.Has(Is.Removed) || operation.Operation is not (Tasks.Start or Tasks.Monitor))
            return;
        if (Compare(node, resource, operation) != Change.None)
            FailureCounts.Clear(world, resource, node, "resource parameters have changed");
    }
}
