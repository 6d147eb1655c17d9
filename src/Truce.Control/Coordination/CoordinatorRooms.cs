using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>The small machines that the coordinator routes between, one for each question.</summary>
internal sealed class CoordinatorRooms
{
    public CoordinatorRooms(ControlIdentity self, ControlLimits limits)
    {
        Pace = new PlanPace(limits);
        Fencing = new FenceDirection(self, limits, Pace);
        Dispatching = new Dispatching(Fencing);
        Review = new TransitionReview(Pace, Fencing);
        Graces = new ControllerGraces(limits);
        Ticks = new CoordinatorTicks(self, limits);
    }

    /// <summary>When to plan.</summary>
    public PlanPace Pace { get; }

    /// <summary>Who shoots, and what follows from a shot.</summary>
    public FenceDirection Fencing { get; }

    /// <summary>What is ordered next.</summary>
    public Dispatching Dispatching { get; }

    /// <summary>What a result means for the transition.</summary>
    public TransitionReview Review { get; }

    /// <summary>How long a node without its controller is given.</summary>
    public ControllerGraces Graces { get; }

    /// <summary>Signs of life.</summary>
    public CoordinatorTicks Ticks { get; }

    /// <summary>When a result is overdue.</summary>
    public ResultDeadlines Deadlines { get; } = new();

    /// <summary>Pauses before what fails right after each start is started again.</summary>
    public RestartPauses Pauses { get; } = new();

    /// <summary>When allowed starts are taken back.</summary>
    public UndecidedStarts Undecided { get; } = new();

    /// <summary>What the plan wants done and can't do.</summary>
    public BlockedSteps Blocked { get; } = new();

    /// <summary>When the first of them wants to go on.</summary>
    public Instant? NextTimer(TransitionRun? run) => Instant.Earliest(
        Pace.NextTimer, run?.NextDeadline, Deadlines.NextTimer, Ticks.NextTimer, Fencing.NextTimer,
        Undecided.NextTimer);

    /// <summary>Ends graces, goes on with fencing; why another plan is due, as time has passed.</summary>
    public ImmutableArray<string> Due(ReplicatedState state, StepWork work)
    {
        Graces.Step(state, work);
        ImmutableArray<string> reasons =
            [.. Fencing.Step(state, work).Select(node => $"fencing of {node} may be retried")];
        return Pace.TakeRecheck(work.Time.Now) ? reasons.Add("time has passed") : reasons;
    }

    /// <summary>A plan is carried out from now on: what it wouldn't or can't do, and when the next is due.
    /// </summary>
    public void Planned(Plan plan, ReplicatedState state, StepWork work)
    {
        Fencing.TellAvoided(plan, state, work);
        Blocked.Planned(plan, state);
        Pace.Recheck(plan.Graph.RecheckBy, state, work.Time);
    }

    /// <summary>Orders what is next; once nothing is, tells what can't be done.</summary>
    public void Dispatch(TransitionRun? run, ReplicatedState state, StepWork work)
    {
        if (run is { IsOver: false })
            Dispatching.Step(run, state, work);
        else if (!Pace.IsPlanning)
            Blocked.Tell(work);
    }

    /// <summary>Takes back what was ordered, hasn't begun, and stands in the way of another plan.</summary>
    public void Withdraw(TransitionRun? run, ReplicatedState state, StepWork work)
    {
        bool takesAllowed = Undecided.AreTakenBack(Pace, state, work.Time.Now);
        if ((run?.TakeWithdrawal() == true || takesAllowed) && state.View is { } view)
            work.Submit(new Command.Withdrawn(view.Epoch) { TakesAllowed = takesAllowed });
    }

    /// <summary>This member coordinates from now on.</summary>
    public void Begin()
    {
        Clear();
        Pace.Begin();
    }

    /// <summary>Another member coordinates, or nobody.</summary>
    public void Stop()
    {
        Clear();
        Pace.Stop();
    }

    /// <summary>A command was committed.</summary>
    public void Read(Command command, Instant now)
    {
        Pauses.Read(command, now);
        Ticks.Applied(command);
        Blocked.Read(command);
    }

    private void Clear()
    {
        Ticks.Restart();
        Graces.Clear();
        Deadlines.Clear();
        Pauses.Clear();
        Undecided.Clear();
        Blocked.Clear();
    }
}
