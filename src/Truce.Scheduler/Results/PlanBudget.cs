using System.Runtime.CompilerServices;

namespace Truce.Scheduler;

/// <summary>
/// How much work one plan may cost. The scheduler is one synchronous function and a thread can't be
/// ended from outside: its passes count what they make and look at, and give up when the budget says so.
/// Not for more than one plan at a time.
/// </summary>
/// <param name="workMax">Units of work: an instance, an action, an ordering, a comparison. The
/// same input costs the same. </param>
/// <param name="cancelled">Ends the plan from outside: a deadline, too much memory, a person.</param>
public sealed class PlanBudget(long workMax, CancellationToken cancelled)
{
    // Looking at the token costs more than counting.
    private const int Stride = 1_024;

    private long _next = Math.Min(Stride, workMax);

    /// <summary>Units spent so far.</summary>
    public long Spent { get; private set; }

    /// <summary>A budget without a limit.</summary>
    public static PlanBudget Unlimited => new(long.MaxValue, CancellationToken.None);

    /// <summary>Counts work that was done, or is about to be.</summary>
    /// <exception cref="PlanBudgetException">There has been too much of it.</exception>
    internal void Spend(long units = 1)
    {
        Spent += units;
        if (Spent > _next)
            Look();
    }

    /// <summary>Counts one step of a recursion. A stack that overflows ends the whole
    /// process: nothing may get there. </summary>
    /// <exception cref="PlanBudgetException">It is too deep.</exception>
    internal void Descend()
    {
        Spend();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new PlanBudgetException(Spent, "dependencies are nested too deeply to be planned");
    }

    private void Look()
    {
        if (Spent > workMax)
            throw new PlanBudgetException(Spent, $"planning takes more than {workMax} units of work");
        if (cancelled.IsCancellationRequested)
            throw new PlanBudgetException(Spent, $"planning was abandoned after {Spent} units of work");
        _next = Math.Min(Spent + Stride, workMax);
    }
}

/// <summary>A plan was given up: it cost too much.</summary>
public sealed class PlanBudgetException : Exception
{
    /// <summary>After so much work.</summary>
    public PlanBudgetException(long spent, string message) : base(message) => Spent = spent;

    /// <summary>Units of work spent until then.</summary>
    public long Spent { get; }
}
