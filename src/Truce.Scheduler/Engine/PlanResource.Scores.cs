namespace Truce.Scheduler.Engine;

/// <summary>Why a score changes.</summary>
/// <param name="Rule">What sort of rule it is.</param>
/// <param name="Source">The constraint, option or operation that it comes from.</param>
/// <param name="Other">The resource that it comes through, where there is one.</param>
internal readonly record struct ScoreReason(ScoreRule Rule, string Source = "", PlanResource? Other = null);

/// <summary>One change of a score. <paramref name="Becomes"/>: the score replaces what was there, else it is
/// added.</summary>
internal readonly record struct ScoreStep(int Node, int Score, bool Becomes, ScoreReason Reason);

/// <summary>The scores at one moment, to return to.</summary>
internal readonly record struct ScoreMark(WorkTable Table, int Steps);

/// <summary>
/// The one door to a resource's scores: whoever changes one says why. Without explanations this costs a
/// single test each time.
/// </summary>
internal sealed partial class PlanResource
{
    private WorkTable _scores = null!;
    private List<ScoreStep>? _steps;
    private List<ScoreStep>? _claims;

    /// <summary>The scores.</summary>
    public NodeTable Allowed => _scores;

    /// <summary>What has changed the scores, in order; empty unless explanations are kept.</summary>
    public IReadOnlyList<ScoreStep> ScoreSteps => _steps ?? [];

    /// <summary>The same for the promotion score; no node is named, as it is that of the place.</summary>
    public IReadOnlyList<ScoreStep> PromotionSteps => _claims ?? [];

    /// <summary>While promotion is decided: how much this instance wants it.</summary>
    public int PromotionPriority { get; private set; }

    /// <summary>Why it is left without a node, whatever its scores are; null: it isn't.</summary>
    public ScoreReason? Nowhere { get; set; }

    /// <summary>Keeps the reasons from here on.</summary>
    public void KeepSteps()
    {
        _steps = [];
        _claims = [];
    }

    /// <summary>Begins with no node at all.</summary>
    public void NewScores(int nodes)
    {
        _scores = new WorkTable(nodes);
        _steps?.Clear();
    }

    /// <summary>Takes a node into consideration, with a score to begin with.</summary>
    public void Admit(int node, int score, ScoreReason reason, Discovery discovery = Discovery.Always)
    {
        _scores.Set(node, score, discovery);
        if (score != 0)
            _steps?.Add(new ScoreStep(node, score, true, reason));
    }

    /// <summary>Takes a node out of consideration.</summary>
    public void Exclude(int node, ScoreReason reason)
    {
        _scores.Remove(node);
        _steps?.Add(new ScoreStep(node, -Scores.Infinity, true, reason));
    }

    public void SetDiscovery(int node, Discovery discovery) => _scores.SetDiscovery(node, discovery);

    public void AddScore(int node, int score, ScoreReason reason)
    {
        _scores.Add(node, score);
        if (score != 0)
            _steps?.Add(new ScoreStep(node, score, false, reason));
    }

    public void SetScore(int node, int score, ScoreReason reason)
    {
        _scores.Put(node, score);
        _steps?.Add(new ScoreStep(node, score, true, reason));
    }

    public void Forbid(int node, ScoreReason reason) => SetScore(node, -Scores.Infinity, reason);

    /// <summary>Takes over scores that were calculated from these.</summary>
    public void Adopt(NodeTable table, ScoreReason reason)
    {
        if (ReferenceEquals(table, _scores))
            return;
        for (int i = 0; _steps is not null && i < table.Size; i++)
        {
            if (table.Has(i) && table[i] != _scores[i])
                _steps.Add(Difference(i, _scores[i], table[i], reason));
        }

        _scores = (WorkTable)table;
    }

    private static ScoreStep Difference(int node, int before, int after, ScoreReason reason) =>
        Math.Abs(after) >= Scores.Infinity ? new ScoreStep(node, after, before <= -Scores.Infinity, reason)
        : Math.Abs(before) >= Scores.Infinity ? new ScoreStep(node, after, true, reason)
        : new ScoreStep(node, after - before, false, reason);

    /// <summary>Remembers the scores, for an attempt.</summary>
    public ScoreMark MarkScores() => new(_scores.Copy(), _steps?.Count ?? 0);

    /// <summary>Returns to what they were: what the attempt changed never was.</summary>
    public void ReturnTo(ScoreMark mark)
    {
        _scores = mark.Table.Copy();
        _steps?.RemoveRange(mark.Steps, _steps.Count - mark.Steps);
    }

    public void SetPromotion(int score, ScoreReason reason)
    {
        PromotionPriority = score;
        _claims?.Add(new ScoreStep(-1, score, true, reason));
    }

    public void AddPromotion(int score, ScoreReason reason)
    {
        PromotionPriority = Scores.Add(PromotionPriority, score);
        _claims?.Add(new ScoreStep(-1, score, false, reason));
    }
}
