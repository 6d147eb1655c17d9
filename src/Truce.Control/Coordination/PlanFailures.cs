using Truce.Model;

namespace Truce.Control;

/// <summary>
/// Planning that fails is tried again ever more rarely, from a second on; whatever matters to the plan is tried at once.
/// A planner that doesn't answer at all has failed too.
/// </summary>
internal sealed class PlanFailures(ControlLimits limits)
{
    private const int DoublingsMax = 6;

    private Instant? _answerBy;

    /// <summary>Attempts that failed in a row.</summary>
    public int Attempts { get; private set; }

    /// <summary>When an answer is overdue; null: none is awaited.</summary>
    public Instant? AnswerBy => _answerBy;

    /// <summary>A plan was asked for.</summary>
    public void Asked(Instant now) => _answerBy = now.Plus(limits.Planning);

    /// <summary>Whether the answer is overdue.</summary>
    public bool IsOverdue(Instant now) => _answerBy is { } by && by.CompareTo(now) <= 0;

    /// <summary>No plan; when it is tried again.</summary>
    public Instant Failed(Instant now)
    {
        _answerBy = null;
        int doublings = Math.Min(Attempts++, DoublingsMax);
        TimeSpan pause = limits.PlanRetry * (1 << doublings);
        return now.Plus(pause < limits.FencePause ? pause : limits.FencePause);
    }

    /// <summary>A plan.</summary>
    public void Worked() => (_answerBy, Attempts) = (null, 0);

    /// <summary>Somebody else plans, or nobody.</summary>
    public void Forget() => Worked();
}
