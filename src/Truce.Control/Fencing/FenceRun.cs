using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// One attempt to fence a node: level after level, device after device, each with its delay and
/// timeout (the fencer finds the port and tries again as often as the device allows). A level with
/// several devices switches all off before it switches any on again: only so is a node with two
/// power supplies ever without power.
/// </summary>
internal sealed class FenceRun
{
    private readonly FenceState _fence;
    private readonly ImmutableArray<ImmutableArray<ConfiguredDevice>> _levels;
    private readonly TimeSpan _timeout;
    private readonly string _session;
    private readonly List<string> _used = [];
    private readonly List<string> _failures = [];
    private Queue<(ConfiguredDevice Device, FenceStep Step)> _steps = [];
    private (ConfiguredDevice Device, FenceStep Step)? _current;
    private readonly Instant _since;
    private readonly StatusWatch? _watch;
    private int _level = -1;
    private int _count;
    private int _questions;
    private Instant? _notBefore;
    private bool _isCutShort;
    private bool _isWhole = true;

    /// <param name="fence">What is to be done.</param>
    /// <param name="state">What is committed.</param>
    /// <param name="shooter">Who does it.</param>
    /// <param name="session">Its life.</param>
    /// <param name="since">Since when it could have shot: its delay counts from there.</param>
    public FenceRun(FenceState fence, ReplicatedState state, NodeId shooter, string session, Instant since)
    {
        _since = since;
        _fence = fence;
        _session = session;
        _timeout = ControlOptions.FencingTimeout(state);
        _levels = fence.Intent.IsUnfencing
            ? DeviceChoice.Unfencing(state.Cib, fence.Intent.Target, shooter)
            : DeviceChoice.Levels(state.Cib, fence.Intent.Target, shooter);
        if (fence.Intent is { DelayMs: > 0, IsUnfencing: false } && _levels.Length > 0)
            _watch = new StatusWatch(_levels[0]);
    }

    /// <summary>The fencing it belongs to.</summary>
    public string FenceId => _fence.Intent.Id;

    /// <summary>What came of it, once it is over; else null.</summary>
    public Command.FenceEnded? Result { get; private set; }

    /// <summary>When it wants to go on, while it waits for a delay.</summary>
    public Instant? NextTimer => _current is null && Result is null && _notBefore is { } at
        ? Instant.Earliest(at, _watch?.NextTimer) : null;

    /// <summary>Nothing more is to be shot: the target is there as another boot. What is under way goes on,
    /// and what is off is switched on again.</summary>
    public void CutShort()
    {
        if (_isCutShort)
            return;
        _isCutShort = true;
        _notBefore = null;
        bool begun = _current is not null || _used.Count > 0;
        int left = _steps.Count;
        _steps = new(_steps.Where(s => s.Step.Need == StepNeed.Wished && IsOff(s.Device)));
        _isWhole = begun && _steps.Count == left;
    }

    /// <summary>The next shot, if it is time for one and none is under way.</summary>
    public FenceShot? Next(Instant now)
    {
        if (Result is not null || _current is not null)
            return null;
        if (_notBefore is { } at && at.CompareTo(now) > 0)
            return Question(now, at);
        _notBefore = null;
        while (_steps.Count == 0 && Result is null)
            BeginLevel(now);
        if (Result is not null)
            return null;
        if (_notBefore is { } until)
            return Question(now, until);
        _current = _steps.Dequeue();
        (ConfiguredDevice device, FenceStep step) = _current.Value;
        return Shot(device, step.Action, device.Device.Options.For(step.Action).Timeout ?? _timeout);
    }

    /// <summary>A shot's agent ended; the next one comes by <see cref="Next"/>.</summary>
    public void Ended(string operationId, OperationResult result, Instant now)
    {
        _watch?.Ended(operationId, result, now);
        if (_watch is { IsOff: true } && _notBefore is not null)
            NeedsNoShot();
        if (_current is not { } shot || operationId != OperationId())
            return;
        _current = null;
        if (result.Status == (int)ExecutionStatus.Done && result.Code == 0)
            Succeed(shot.Device);
        else
            Fail(shot.Step, $"{OutcomeWords.Of((ExecutionStatus)result.Status, result.Code)} {Said(result)}".TrimEnd());
    }

    /// <summary>A shot's agent can't be run.</summary>
    public void Refused(string operationId, string reason, Instant now)
    {
        _watch?.Refused(operationId, now);
        if (_current is not { } shot || operationId != OperationId())
            return;
        _current = null;
        Fail(shot.Step, reason);
    }

    private bool IsOff(ConfiguredDevice device) =>
        _used.Contains(device.Id.Value) || _current?.Device.Id == device.Id;

    private void NeedsNoShot() => Result ??= new Command.FenceEnded(
        FenceId, _fence.Intent.By, Succeeded: true, string.Join(',', _levels[0].Select(d => d.Id)), "")
    {
        Proof = FenceProof.Status,
    };

    private void Succeed(ConfiguredDevice device)
    {
        _used.Add(device.Id.Value);
        FinishIfDone();
    }

    // One device of a level failed: the level is lost, the next one is tried.
    private void Fail(FenceStep step, string said)
    {
        _failures.Add($"{step.Device.Id} {step.Action}: {said}");
        if (step.Need == StepNeed.Wished || _isCutShort)
        {
            _isWhole &= step.Need == StepNeed.Wished;
            FinishIfDone();
            return;
        }

        _steps.Clear();
        _used.Clear();
    }

    // Once all were off the node is fenced, whether or not it comes back.
    private void FinishIfDone()
    {
        if (_steps.Count == 0)
        {
            Result = new Command.FenceEnded(
                FenceId, _fence.Intent.By, _isWhole, string.Join(',', _used.Distinct()),
                string.Join("; ", _failures));
        }
    }

    private void BeginLevel(Instant now)
    {
        _level++;
        if (_level >= _levels.Length || _isCutShort)
        {
            string reason = _isCutShort ? "the node was back before" : _levels.Length == 0
                ? $"no device for {_fence.Intent.Target}"
                : string.Join("; ", _failures);
            Result = new Command.FenceEnded(FenceId, _fence.Intent.By, false, "", reason);
            return;
        }

        ImmutableArray<ConfiguredDevice> devices = _levels[_level];
        _steps = new Queue<(ConfiguredDevice, FenceStep)>(FenceSteps
            .For([.. devices.Select(d => d.Device)], _fence.Intent.Action)
            .Select(s => (devices.First(d => ReferenceEquals(d.Device, s.Device)), s)));
        if (Delay(devices) is var delay && delay > TimeSpan.Zero)
            _notBefore = Later(_since.Plus(delay), now);
    }

    // Delays decide who wins when two sides shoot at each other: once that is decided they only cost time.
    private TimeSpan Delay(ImmutableArray<ConfiguredDevice> devices)
    {
        if (_level > 0 || _fence.Attempts > 0 || _fence.Intent.IsUnfencing)
            return TimeSpan.Zero;
        return TimeSpan.FromMilliseconds(_fence.Intent.DelayMs)
            + devices.Max(d => d.Device.Options.Delay(_fence.Intent.Target.Value, Draw()));
    }

    private static Instant? Later(Instant at, Instant now) => at.CompareTo(now) > 0 ? at : null;

    // Never a shot's id: the answer to a query must not be mistaken for the result of a shot.
    private FenceShot? Question(Instant now, Instant until)
    {
        if (_watch?.Next(now, until) is not (var device, var timeout))
            return null;
        string id = new ShotId(FenceId, _session, _fence.Attempts, --_questions).ToString();
        _watch.Asked(id);
        return Make(id, device, StatusWatch.Action, timeout);
    }

    private FenceShot Shot(ConfiguredDevice device, string action, TimeSpan timeout)
    {
        _count++;
        return Make(OperationId(), device, action, timeout);
    }

    private FenceShot Make(
        string operationId, ConfiguredDevice device, string action, TimeSpan timeout) =>
        new(
            operationId, device.Id, device.Agent, action, _fence.Intent.Target,
            device.Attributes.Select(p => new NameText(p.Key, p.Value)).ToEquatableArray(),
            (long)timeout.TotalMilliseconds);

    private string OperationId() => new ShotId(FenceId, _session, _fence.Attempts, _count).ToString();

    // Drawn from the fencing's id, the same in a replay; two nodes that
    // shoot at each other have different ids.
    private double Draw()
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(FenceId + _session));
        return BitConverter.ToUInt32(hash) / (double)uint.MaxValue;
    }

    private static string Said(OperationResult result)
    {
        if (result.ExitReason.Length > 0)
            return result.ExitReason;
        string text = result.Output.TrimEnd();
        return text[(text.LastIndexOf('\n') + 1)..];
    }
}
