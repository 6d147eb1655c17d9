using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>Gives out what a transition has ready: orders together in one entry, fencings and
/// forgetting each by itself.</summary>
internal sealed class Dispatching(FenceDirection fencing)
{
    /// <summary>Gives out everything that is ready.</summary>
    public void Step(TransitionRun run, ReplicatedState state, StepWork work)
    {
        while (run.TakeReady() is { Length: > 0 } ready)
        {
            List<Order> orders = [];
            foreach (GraphAction action in ready)
                Dispatch(run, action, state, orders, work);
            if (orders.Count > 0)
            {
                Epoch epoch = state.View?.Epoch ?? default;
                ImmutableArray<Order> all = run.WithFollowers(orders, state, work.Time.Now);
                work.Submit(new Command.Ordered(epoch, state.FenceEpoch, all.ToEquatableArray()));
            }
        }
    }

    private void Dispatch(
        TransitionRun run, GraphAction action, ReplicatedState state, List<Order> orders, StepWork work)
    {
        if (action is GraphAction.Fence fence)
            fencing.Ask(run, fence, state, work);
        else if (run.Order(action, state, work.Time.Now) is { } order)
            orders.Add(order);
        else if (action is GraphAction.ClusterAction { Operation: "clear_failcount", Resource: { } resource })
        {
            work.Submit(
                new Command.Forget([new ResourceId(resource.Id)], action.Node, false, Command.Forget.AnyOperation),
                new Receipt.Action(run.Number, action.Id));
        }
        else
        {
            run.Complete(action.Id);
        }
    }
}
