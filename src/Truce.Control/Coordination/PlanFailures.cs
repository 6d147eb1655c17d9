using Truce.Model;

namespace Truce.Control;

/// <summary>
/// Planning that fails is tried again ever more rarely, from a second on; whatever matters to the plan is
/// tried at once. A planner that doesn't answer at all has failed too.
/// </summary>
internal sealed class PlanFailures(ControlLimits limits)
{
    private const int DoublingsMax = 6;

    /// <summary>Attempts that failed in a row.</summary>
    public int Attempts { get; private set; }

    /// <summary>When an answer is overdue; null: none is awaited.</summary>
    public Instant? AnswerBy { get; private set; }

    /// <summary>A plan was asked for.</summary>
    public void Asked(Instant now) => AnswerBy = now.Plus(limits.Planning);

    /// <summary>Whether the answer is overdue.</summary>
    public bool IsOverdue(Instant now) => AnswerBy is { } by && by.CompareTo(now) <= 0;

    /// <summary>No plan; when it is tried again.</summary>
    public Instant Failed(Instant now)
    {
        AnswerBy = null;
        int doublings = Math.Min(Attempts++, DoublingsMax);
        TimeSpan pause = limits.PlanRetry * (1 << doublings);
        return now.Plus(pause < limits.FencePause ? pause : limits.FencePause);
    }

    /// <summary>There is a plan, or another member plans, or none does: nothing is
    /// awaited, and nothing has failed.</summary>
    public void Clear() => (AnswerBy, Attempts) = (null, 0);
}
