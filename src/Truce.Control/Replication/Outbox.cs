using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Own submissions until they are committed. Commands that wait while the window is full go together in one
/// entry; under a new view everything that isn't in its log is submitted again, under the same number.
/// </summary>
internal sealed class Outbox(string session, NodeId node)
{
    /// <summary>Own entries on their way at once.</summary>
    public const int WindowMax = 16;

    /// <summary>Commands in one entry.</summary>
    public const int BatchMax = 128;

    /// <summary>Commands that wait. The coordinator orders no more than a transition has; results are bounded
    /// by the executors: more means that nothing has been committed for long.</summary>
    public const int WaitingMax = 50_000;

    private readonly List<Submission> _sent = [];
    private readonly Queue<Waiting> _waiting = [];
    private readonly Dictionary<long, ImmutableArray<Receipt?>> _receipts = [];
    private Instant _by;
    private long _lastNumber;
    private long _lastUrgent;

    /// <summary>Whether anything is unfinished.</summary>
    public bool IsEmpty => _sent.Count == 0 && _waiting.Count == 0;

    /// <summary>When what waits for others is sent without them.</summary>
    public Instant? NextTimer => _waiting.Count == 0 || _sent.Count >= WindowMax ? null : _by;

    /// <summary>Queues a command. <paramref name="receipt"/> comes back with its outcome.</summary>
    /// <param name="command">The command.</param>
    /// <param name="receipt">Identifies the client that waits for its outcome.</param>
    /// <param name="by">Until when it may wait for others; all that wait are sent together.</param>
    public void Add(Command command, Receipt? receipt = null, Instant by = default)
    {
        InvariantException.Require(_waiting.Count < WaitingMax, $"{WaitingMax} commands wait for the log");
        _by = _waiting.Count == 0 || by.CompareTo(_by) < 0 ? by : _by;
        _waiting.Enqueue(new Waiting(command, receipt));
    }

    /// <summary>Submissions to send now.</summary>
    public ImmutableArray<Submission> TakeReady(ControlTime time)
    {
        if (_waiting.Count > 0 && _by.CompareTo(time.Now) > 0)
            return [];
        ImmutableArray<Submission>.Builder ready = ImmutableArray.CreateBuilder<Submission>();
        while (_waiting.Count > 0 && _sent.Count < WindowMax)
        {
            List<Waiting> batch = [];
            while (batch.Count < BatchMax && _waiting.TryDequeue(out Waiting? waiting))
                batch.Add(waiting);
            Submission submission = new(
                session, ++_lastNumber, node, time.Wall, batch.Select(w => w.Command).ToEquatableArray());
            _receipts[submission.Number] = [.. batch.Select(w => w.Receipt)];
            _sent.Add(submission);
            ready.Add(submission);
        }

        return ready.ToImmutable();
    }

    /// <summary>A command that goes before all that wait: it isn't sent again by
    /// itself under another view.</summary>
    public Submission MakeUrgent(Command command, DateTimeOffset at) =>
        new($"{session}/view", ++_lastUrgent, node, at, [command]);

    /// <summary>Submissions that a new view's log doesn't hold. Signs of life of an earlier view aren't
    /// among them: this view's coordinator gives its own.</summary>
    public ImmutableArray<Submission> Resubmit(Replica replica)
    {
        long held = replica.Tail.Where(e => e.Submission.Session == session)
            .Select(e => e.Submission.Number).Append(replica.Committed.LastNumber(session)).Max();
        foreach (Submission old in _sent.Where(s => s.Number > held && IsSignOfLife(s)).ToArray())
        {
            _sent.Remove(old);
            _receipts.Remove(old.Number);
        }

        return [.. _sent.Where(s => s.Number > held)];
    }

    private static bool IsSignOfLife(Submission submission) =>
        submission.Commands.All(c => c is Command.Tick);

    /// <summary>Another member's state replaces this one's: unsent ticks carry hashes of a history
    /// that no other member shares.</summary>
    public void ForgetHashes()
    {
        for (int i = 0; i < _sent.Count; i++)
            _sent[i] = _sent[i] with { Commands = _sent[i].Commands.Select(WithoutHash).ToEquatableArray() };
        Waiting[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (Waiting each in waiting)
            _waiting.Enqueue(each with { Command = WithoutHash(each.Command) });
    }

    private static Command WithoutHash(Command command) => command is Command.Tick tick ? tick with { Hash = "" } : command;

    /// <summary>An own entry is committed: the receipts of its commands, in order.</summary>
    public ImmutableArray<Receipt?> Settle(Submission submission)
    {
        if (submission.Session != session)
            return [];
        _sent.RemoveAll(s => s.Number <= submission.Number);
        return _receipts.Remove(submission.Number, out ImmutableArray<Receipt?> receipts) ? receipts : [];
    }

    /// <summary>Drops everything unfinished (it belonged to a branch); the
    /// receipts of what is dropped.</summary>
    public ImmutableArray<Receipt> Clear()
    {
        ImmutableArray<Receipt> dropped =
        [
            .. _receipts.OrderBy(t => t.Key).SelectMany(t => t.Value).Concat(_waiting.Select(w => w.Receipt)).OfType<Receipt>(),
        ];
        _sent.Clear();
        _waiting.Clear();
        _receipts.Clear();
        return dropped;
    }

    private sealed record Waiting(Command Command, Receipt? Receipt);
}
