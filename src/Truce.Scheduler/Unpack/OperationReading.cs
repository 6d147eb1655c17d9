using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>
/// Reads the records of one resource's history on one node, oldest first, keeping what the last failure calls for.
/// Sets the resource's role as it goes.
/// </summary>
internal sealed class OperationReading(World world, PlanResource resource, PlanNode node, ResourceHistory entry)
{
    private readonly ResultMeaning _meaning = new(resource);
    private OperationRecord? _lastFailure;

    /// <summary>What the failures that still count call for.</summary>
    public FailureAction OnFail { get; private set; } = FailureAction.Ignore;

    /// <summary>The failures that call for fencing.</summary>
    public List<FenceCause> FenceCauses { get; } = [];

    public void Read(OperationRecord operation)
    {
        string task = operation.Operation;
        if (Tasks.TellsNothing(task))
            return;
        int expected = TransitionKey.ExpectedBy(operation.TransitionKey ?? operation.TransitionMagic) ?? -1;
        if (operation.OpStatus == (int)ExecutionStatus.Pending)
        {
            // What has been under way for longer than failures count isn't waited for.
            if (!Expired(operation, operation.RcCode))
                Pending(operation);
            return;
        }

        // What was under way has come to an end since.
        if (operation.Operation == resource.PendingTask && ReferenceEquals(resource.PendingNode, node))
        {
            resource.PendingTask = null;
            resource.PendingNode = null;
        }

        bool probe = IsProbe(operation);
        ResourceRole before = resource.Role;
        (int status, int exit) = _meaning.Of(operation, expected, probe);
        bool expired = Expired(operation, exit);
        if (expired && Failed(status, exit, probe, expected))
        {
            // That it was promoted then says nothing of now; that it had stopped, where nobody restarts it, still does.
            if ((AgentExitCode)exit is AgentExitCode.Promoted or AgentExitCode.PromotedFailed)
                resource.Role = before;
            if (operation.IntervalMs > 0 && !HistoryReading.IsFailure(operation))
                AskAgain(operation);
            return;
        }

        Apply(operation, status, exit, expected, probe);
    }

    // The failure no longer counts; whether all is well is not known until the monitor has run again.
    private void AskAgain(OperationRecord operation)
    {
        string key = Tasks.Key(resource.Id, operation.Operation, operation.IntervalMs);
        // Also where the resource is about to leave; not on a node that leaves itself, nor where it is no longer configured.
        bool optional = node.Shutdown
            || OperationRules.Find(resource, operation.Operation, operation.IntervalMs, includeDisabled: false) is null;
        ActionFactory.Resource(world, resource, key, operation.Operation, node, optional, operation.IntervalMs)
            .Set(Act.Reschedule);
    }

    private static bool IsProbe(OperationRecord operation) =>
        operation.Operation == Tasks.Monitor && operation.IntervalMs == 0;

    private static bool Failed(int status, int exit, bool probe, int expected) =>
        status is not (int)ExecutionStatus.Done and not (int)ExecutionStatus.Pending
        || (probe && exit is not (0 or 7 or 8)) || (!probe && expected >= 0 && exit != expected);

    private bool Expired(OperationRecord operation, int exit)
    {
        long timeout = resource.FailureTimeoutMs / 1000;
        bool lastFailure = HistoryReading.IsFailure(operation);
        bool expired = false;
        string? clear = null;
        if (timeout > 0 && operation.LastRcChange is { } when && !FailureCounts.IsBlocking(world, resource, node))
        {
            expired = world.Now >= when + timeout;
            (int effective, long last) = FailureCounts.Effective(world, resource, node);
            if (effective > 0)
                world.RecheckAt(last + timeout);
            if (expired)
            {
                if (FailureCounts.Raw(world, resource, node).Count > 0)
                {
                    if (effective == 0)
                        clear = "it expired";
                    // A lost connection is forgotten once its node has been fenced for it.
                    expired = effective == 0 && !(ReconnectMs > 0 && world.Settings.FencingEnabled
                        && resource.RemoteNode is { RemoteFenced: false });
                }
                else if (lastFailure && ReconnectMs > 0)
                {
                    clear = "reconnect interval is set";
                }
            }
        }

        if (!expired && lastFailure)
            ParametersChanged(operation);
        if (clear is not null)
            FailureCounts.Clear(world, resource, node, clear);
        if (expired && operation.IntervalMs == 0 && operation.Operation == Tasks.Monitor
            && exit is 0 or 7 or 8 or 9 or 190 or 191)
            return false;
        return expired;
    }

    // A failure with other parameters than now says nothing. Where a parameter is the host's name, hosts must be known first.
    private void ParametersChanged(OperationRecord operation)
    {
        if (resource.Container is not null && Parameters.Fixed(world, resource).GetValueOrDefault("addr") == "#uname")
            world.LastFailures.Add((resource, node, operation));
        else
            new ConfigChanges(world).LastFailure(resource, node, operation);
    }

    private long ReconnectMs => Parameters.ReconnectMs(world, resource);

    private void Apply(OperationRecord operation, int status, int exit, int expected, bool probe)
    {
        switch ((ExecutionStatus)status)
        {
            case ExecutionStatus.Cancelled:
                return;
            case ExecutionStatus.Pending:
                Pending(operation);
                return;
            case ExecutionStatus.Done:
                if (exit == (int)AgentExitCode.NotInstalled && probe)
                    return;
                Success(operation, exit);
                return;
            case ExecutionStatus.NotInstalled:
                // on-fail=ignore doesn't help: without its agent nothing can be done to the resource here.
                Failure(operation, exit, probe);
                Record(operation, exit, status);
                if (OnFail == FailureAction.Ignore)
                    OnFail = FailureAction.Recover;
                world.HistoryBans.Add((Collective(), node, Because(ScoreRule.HardError, operation)));
                return;
            case ExecutionStatus.NotConnected:
                if (node.IsRemote && node.Connection is { } connection && connection.Has(Is.Managed))
                    connection.Set(Is.Failed);
                Problem(operation, status, exit, expected, probe);
                return;
            case ExecutionStatus.TimedOut:
            case ExecutionStatus.NotSupported:
            case ExecutionStatus.Error:
            case ExecutionStatus.ErrorHard:
            case ExecutionStatus.ErrorFatal:
            case ExecutionStatus.Invalid:
            default:
                Problem(operation, status, exit, expected, probe);
                return;
        }
    }

    private void Problem(OperationRecord operation, int status, int exit, int expected, bool probe)
    {
        FailureAction strategy = OperationRules.OnFailure(world, resource, operation.Operation, operation.IntervalMs);
        if (strategy == FailureAction.Ignore && probe)
        {
            if (!ResultMeaning.FindsNothing(exit))
            {
                // Whether it is there isn't known, so it is asked again.
                Record(operation, exit, status);
                resource.Set(Is.FailureIgnored);
                return;
            }
        }
        else if (strategy == FailureAction.Ignore
            || (strategy == FailureAction.RestartContainer && operation.Operation == Tasks.Stop))
        {
            Success(operation, Math.Max(expected, 0));
            Record(operation, exit, status);
            resource.Set(Is.FailureIgnored);
            if (strategy == FailureAction.RestartContainer && OnFail <= FailureAction.Recover)
                OnFail = strategy;
            return;
        }

        Failure(operation, exit, probe);
        Record(operation, exit, status);
        if (status == (int)ExecutionStatus.ErrorHard)
            world.HistoryBans.Add((Collective(), node, Because(ScoreRule.HardError, operation)));
        else if (status == (int)ExecutionStatus.ErrorFatal)
            world.HistoryBans.Add((Collective(), null, Because(ScoreRule.FatalError, operation)));
    }

    // What is wrong with one anonymous instance on a node is wrong with all of them there.
    private PlanResource Collective() => resource.Has(Is.Unique) ? resource : resource.TopBelowBundle;

    private void Failure(OperationRecord operation, int exit, bool probe)
    {
        _lastFailure = operation;
        FailureAction onFail = OperationRules.OnFailure(world, resource, operation.Operation, operation.IntervalMs);
        if (onFail > OnFail)
            OnFail = onFail;
        if (onFail == FailureAction.Fence)
            FenceCauses.Add(CauseOf(operation, exit));
        switch (operation.Operation)
        {
            case Tasks.Stop:
                world.HistoryBans.Add((resource, node, Because(ScoreRule.FailedStop, operation)));
                if (ResultMeaning.NeedsRepair(exit) && !Fences.Possible(world, node))
                    ResultMeaning.LeaveAlone(resource);
                break;
            case Tasks.MigrateTo:
                MigrationHistory.ToFailed(world, resource, node, operation);
                break;
            case Tasks.MigrateFrom:
                MigrationHistory.FromFailed(world, resource, node, operation);
                break;
            case Tasks.Promote:
                resource.Role = ResourceRole.Promoted;
                break;
            case Tasks.Demote:
                if (onFail == FailureAction.Block)
                {
                    resource.Role = ResourceRole.Promoted;
                    resource.NextRole = ResourceRole.Stopped;
                }
                else
                {
                    resource.Role = exit == (int)AgentExitCode.NotRunning
                        ? ResourceRole.Stopped : ResourceRole.Unpromoted;
                }

                break;
        }

        if (probe && ResultMeaning.FindsNothing(exit))
            resource.Role = ResourceRole.Stopped;
        else if (resource.Role < ResourceRole.Started)
            SetActive();
        ResourceRole failRole = OperationRules.FailRole(world, resource, onFail, operation.Operation);
        if (failRole != ResourceRole.Started && resource.NextRole < failRole)
            resource.NextRole = failRole;
        if (failRole == ResourceRole.Stopped && onFail == FailureAction.Stop)
            world.HistoryBans.Add((Collective(), null, Because(ScoreRule.FailureStops, operation)));
    }

    private ScoreReason Because(ScoreRule rule, OperationRecord operation) =>
        new(rule, operation.OperationKey ?? operation.Id, resource);

    // Under the history's id: an anonymous clone's instance numbers change from plan to plan.
    private FenceCause CauseOf(OperationRecord operation, int exit)
    {
        string id = resource.Has(Is.Unique) ? entry.Id.Value : entry.Id.Value.Split(':')[0];
        ResourceFailure failure = new(
            new ResourceId(id), operation.Operation, exit,
            $"{entry.Class}:{entry.Provider}:{entry.Type}:{operation.OpDigest}", operation.ExitReason ?? "");
        return operation.Operation == Tasks.Stop
            ? new FenceCause.FailedStop(failure)
            : new FenceCause.FailedOperation(failure);
    }

    private void Record(OperationRecord operation, int exit, int status)
    {
        string key = operation.OperationKey ?? operation.Id;
        world.Failures.Add(new FailedOperation(
            entry.Id, new NodeId(node.Name), key, operation.Operation, operation.IntervalMs, exit, status,
            operation.CallId, operation.ExitReason ?? "", operation.LastRcChange));
    }

    private void SetActive() => resource.Role =
        (resource.TopBelowBundle.IsPromotable || InPromotable()) ? ResourceRole.Unpromoted : ResourceRole.Started;

    private bool InPromotable()
    {
        PlanResource? up = resource.Parent;
        while (up is { IsPromotable: false })
            up = up.Parent;
        return up is not null;
    }

    private void Success(OperationRecord operation, int exit)
    {
        bool clears;
        if (exit == (int)AgentExitCode.NotRunning || (exit == (int)AgentExitCode.NotInstalled && IsProbe(operation)))
        {
            clears = true;
            if (resource.Role < ResourceRole.Stopped || operation.Operation == Tasks.Monitor)
                resource.Role = ResourceRole.Stopped;
        }
        else
        {
            clears = ByTask(operation);
        }

        if (clears)
            ForgetFailures();
    }

    private bool ByTask(OperationRecord operation)
    {
        switch (operation.Operation)
        {
            case Tasks.Monitor:
                if (_lastFailure is not null && Key(_lastFailure) == Key(operation))
                {
                    if (resource.Role < ResourceRole.Started)
                        SetActive();
                    return true;
                }

                if (resource.Role < ResourceRole.Started)
                    SetActive();
                return false;
            case Tasks.Start:
                // Unpromoted, if it can be promoted: known once all of its instance is (HistoryUnpack).
                resource.Role = ResourceRole.Started;
                return true;
            case Tasks.Stop:
                resource.Role = ResourceRole.Stopped;
                // Why it isn't there is known now: not because a probe failed before.
                world.Failures.RemoveAll(f => f is { Operation: Tasks.Monitor, IntervalMilliseconds: 0 }
                    && f.Resource == entry.Id && f.Node.Value == node.Name);
                return true;
            case Tasks.Promote:
                resource.Role = ResourceRole.Promoted;
                return true;
            case Tasks.Demote:
                // A demotion cures only what asked for no more than it.
                resource.Role = ResourceRole.Unpromoted;
                return OnFail == FailureAction.Demote;
            case Tasks.MigrateFrom:
                resource.Role = ResourceRole.Started;
                return true;
            case Tasks.MigrateTo:
                MigrationHistory.ToSucceeded(world, resource, node, operation);
                return false;
            default:
                if (resource.Role < ResourceRole.Started)
                    SetActive();
                return false;
        }
    }

    private static string Key(OperationRecord operation) =>
        operation.OperationKey ?? $"{operation.Operation}_{operation.IntervalMs}";

    private void ForgetFailures()
    {
        switch (OnFail)
        {
            case FailureAction.Stop:
            case FailureAction.Fence:
            case FailureAction.Standby:
                return;
            case FailureAction.ResetRemote:
                if (ReconnectMs != 0)
                    return;
                OnFail = FailureAction.Ignore;
                resource.NextRole = ResourceRole.Unknown;
                return;
            case FailureAction.Ignore:
            case FailureAction.Demote:
            case FailureAction.Recover:
            case FailureAction.RestartContainer:
            case FailureAction.Block:
                OnFail = FailureAction.Ignore;
                resource.NextRole = ResourceRole.Unknown;
                return;
        }
    }

    private void Pending(OperationRecord operation)
    {
        switch (operation.Operation)
        {
            case Tasks.Start:
                resource.Set(Is.StartPending);
                SetActive();
                break;
            case Tasks.Promote:
                resource.Role = ResourceRole.Promoted;
                break;
            case Tasks.MigrateTo when node.Unclean:
                if (operation.MigrateTarget is { } target && world.NodeByName(target.Value) is { } to)
                    ActionFactory.Stop(world, resource, to, false);
                break;
        }

        if (resource.PendingTask is not null || IsProbe(operation))
            return;
        resource.PendingTask = operation.Operation;
        resource.PendingNode = node;
    }
}
