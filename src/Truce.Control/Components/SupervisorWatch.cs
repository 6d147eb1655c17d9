using System.Globalization;
using Truce.Model;

namespace Truce.Control.Components;

/// <summary>What a controller has to do about supervisors that are gone.</summary>
public enum SupervisorStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Who is told as missing has changed.</summary>
    Tell,

    /// <summary>Leave in order: this node's own supervisor doesn't come back.</summary>
    Leave,
}

/// <summary>
/// A supervisor that is gone is nothing by itself: the other roles go on, and the next one adopts them. But
/// where none comes (systemd has given up, or truced was killed and never started), a role that dies isn't
/// started again, and one that hangs isn't ended. So every controller shows it, and the node's own leaves in
/// order after a grace: its resources move while it can still stop them.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="grace">How long this node's own may be gone; null: for ever.</param>
public sealed class SupervisorWatch(NodeId self, TimeSpan? grace)
{
    private readonly SortedDictionary<NodeId, Absence> _absences = [];
    private readonly HashSet<NodeId> _present = [];
    private bool _left;

    /// <summary>A restart is shorter.</summary>
    public static TimeSpan TellAfter { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest grace: systemd may need a few attempts.</summary>
    public static TimeSpan Least { get; } = TellAfter * 2;

    /// <summary>Why a grace can't be configured; null: it can.</summary>
    public static string? Objection(TimeSpan grace) => grace >= Least
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"a supervisor that is restarted may need {Least.TotalMilliseconds:0} ms");

    /// <summary>Nodes whose supervisor has been gone for some time.</summary>
    public IEnumerable<NodeId> Missing => _absences.Where(a => a.Value.IsTold).Select(a => a.Key);

    /// <summary>When <see cref="Step"/> has something to do; null: never.</summary>
    public Instant? NextTimer => _absences.Count == 0 ? null : _absences.Values.Where(a => !a.IsTold)
        .Select(a => (Instant?)a.Since.Plus(TellAfter)).Append(LeaveAt).Min();

    private Instant? LeaveAt => grace is { } time && !_left && _absences.TryGetValue(self, out Absence? own)
        ? own.Since.Plus(time)
        : null;

    /// <summary>A node's supervisor is there.</summary>
    /// <returns>Whether it was told as missing.</returns>
    public bool Came(NodeId node)
    {
        _present.Add(node);
        return _absences.Remove(node, out Absence? absence) && absence.IsTold;
    }

    /// <summary>A node's supervisor is gone.</summary>
    public void Went(NodeId node, Instant now)
    {
        _present.Remove(node);
        _absences.TryAdd(node, new Absence(now));
    }

    /// <summary>These nodes are members; each should have a supervisor. Others are of no interest.</summary>
    public void Expect(IReadOnlyCollection<NodeId> members, Instant now)
    {
        foreach (NodeId other in _absences.Keys.Where(n => n != self && !members.Contains(n)).ToList())
            _absences.Remove(other);
        foreach (NodeId member in members.Where(m => !_present.Contains(m)))
            _absences.TryAdd(member, new Absence(now));
    }

    /// <summary>What is due.</summary>
    public SupervisorStep Step(Instant now)
    {
        SupervisorStep step = SupervisorStep.None;
        foreach (Absence absence in _absences.Values.Where(a => !a.IsTold))
        {
            if (absence.Since.Plus(TellAfter).CompareTo(now) > 0)
                continue;
            absence.IsTold = true;
            step = SupervisorStep.Tell;
        }

        if (LeaveAt is not { } at || at.CompareTo(now) > 0)
            return step;
        _left = true;
        return SupervisorStep.Leave;
    }

    private sealed class Absence(Instant since)
    {
        public Instant Since { get; } = since;

        public bool IsTold { get; set; }
    }
}
