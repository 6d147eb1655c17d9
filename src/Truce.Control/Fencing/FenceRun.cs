using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// One attempt to fence a node: level after level, device after device, each with its delay, time-out and tries. A
/// level with several devices switches all off before it switches any on again: only so is a node with two power
/// supplies ever without power.
/// </summary>
internal sealed class FenceRun
{
    private const int ListNotAnswered = -1;

    private readonly FenceState _fence;
    private readonly ImmutableArray<ImmutableArray<FencingDevice>> _levels;
    private readonly TimeSpan _timeout;
    private readonly string _session;
    private readonly List<string> _used = [];
    private readonly List<string> _failures = [];
    private Queue<FenceStep> _steps = [];
    private FenceStep? _current;
    private int _level = ListNotAnswered;
    private int _count;
    private int _triesLeft;
    private int? _pendingTries;
    private Instant? _notBefore;

    public FenceRun(FenceState fence, Cib cib, NodeId shooter, string session)
    {
        _fence = fence;
        _session = session;
        _timeout = ControlOptions.FencingTimeout(cib);
        _levels = DeviceChoice.Levels(cib, fence.Intent.Target, shooter);
    }

    /// <summary>The fencing it belongs to.</summary>
    public string FenceId => _fence.Intent.Id;

    /// <summary>What came of it, once it is over; else null.</summary>
    public Command.FenceEnded? Result { get; private set; }

    /// <summary>When it wants to go on, while it waits for a delay.</summary>
    public Instant? NextTimer => _current is null && Result is null ? _notBefore : null;

    /// <summary>The next shot, if it is time for one and none is under way.</summary>
    public FenceShot? Next(Instant now)
    {
        if (Result is not null || _current is not null || (_notBefore is { } at && at.CompareTo(now) > 0))
            return null;
        _notBefore = null;
        while (_steps.Count == 0 && Result is null)
            BeginLevel(now);
        if (Result is not null || _notBefore is not null)
            return null;
        _current = _steps.Dequeue();
        _triesLeft = _current.Device.Tries(_current.Action);
        return Shot(_current);
    }

    /// <summary>A shot's agent ended; the next one comes by <see cref="Next"/>.</summary>
    public void Ended(string operationId, OperationResult result)
    {
        if (_current is not { } step || operationId != OperationId())
            return;
        bool worked = result.Status == (int)ExecutionStatus.Done && result.Code == 0
            && (!step.IsQuestion || Knows(step.Device, result.Output));
        _triesLeft--;
        if (worked)
            Succeed(step);
        else if (step.IsOptional)
            _current = null;
        else if (_triesLeft > 0 && !step.IsQuestion)
            Again(step);
        else
            Fail(step, result);
    }

    /// <summary>A shot's agent can't be run.</summary>
    public void Refused(string operationId, string reason)
    {
        if (_current is not { } step || operationId != OperationId())
            return;
        _failures.Add($"{step.Device.Id} {step.Action}: {reason}");
        _current = null;
        _steps.Clear();
        _used.Clear();
    }

    private void Again(FenceStep step)
    {
        _steps = new Queue<FenceStep>(_steps.Prepend(step));
        _current = null;
        _pendingTries = _triesLeft;
    }

    private void Succeed(FenceStep step)
    {
        _current = null;
        if (!step.IsQuestion)
            _used.Add(step.Device.Id.Value);
        if (_steps.Count == 0)
        {
            Result = new Command.FenceEnded(
                FenceId, _fence.Intent.By, true, string.Join(',', _used.Distinct()), string.Join("; ", _failures));
        }
    }

    // One device of a level failed: the level is lost, the next one is tried.
    private void Fail(FenceStep step, OperationResult result)
    {
        string said = result.ExitReason.Length > 0 ? result.ExitReason : Last(result.Output);
        _failures.Add(step.IsQuestion && result.Code == 0
            ? $"{step.Device.Id} doesn't know {_fence.Intent.Target}"
            : $"{step.Device.Id} {step.Action}: status {result.Status}, code {result.Code} {said}".TrimEnd());
        _current = null;
        _steps.Clear();
        _used.Clear();
    }

    private void BeginLevel(Instant now)
    {
        _level++;
        if (_level >= _levels.Length)
        {
            string reason = _levels.Length == 0
                ? $"no device for {_fence.Intent.Target}"
                : string.Join("; ", _failures);
            Result = new Command.FenceEnded(FenceId, _fence.Intent.By, false, "", reason);
            return;
        }

        _steps = new Queue<FenceStep>(Steps(_levels[_level]));
        TimeSpan delay = _level == 0 && _fence.Attempts == 0
            ? _levels[0].Max(d => d.Delay(_fence.Intent.Target, Draw()))
            : TimeSpan.Zero;
        if (delay > TimeSpan.Zero)
            _notBefore = now.Plus(delay);
    }

    private IEnumerable<FenceStep> Steps(ImmutableArray<FencingDevice> devices)
    {
        string action = _fence.Intent.Action;
        foreach (FencingDevice device in devices.Where(d => d.Check == HostCheck.Asked))
            yield return new FenceStep(device, "list", IsQuestion: true, IsOptional: false);
        bool offThenOn = action == "reboot" && devices.Length > 1;
        foreach (FencingDevice device in devices)
            yield return new FenceStep(device, offThenOn ? "off" : action, IsQuestion: false, IsOptional: false);
        // Once all were off the node is fenced, whether or not it comes back.
        foreach (FencingDevice device in offThenOn ? devices : [])
            yield return new FenceStep(device, "on", IsQuestion: false, IsOptional: true);
    }

    private FenceShot Shot(FenceStep step)
    {
        _triesLeft = _pendingTries ?? _triesLeft;
        _pendingTries = null;
        _count++;
        TimeSpan timeout = step.Device.Timeout(step.Action, _timeout);
        return new FenceShot(
            OperationId(), step.Device.Id, step.Device.Agent, step.Device.ActionName(step.Action),
            step.Device.ParametersFor(_fence.Intent.Target).Select(p => new NameText(p.Key, p.Value)).ToEquatableArray(),
            (long)timeout.TotalMilliseconds);
    }

    private string OperationId() => string.Create(
        CultureInfo.InvariantCulture, $"fence/{FenceId}/{_session}/{_fence.Attempts}/{_count}");

    private bool Knows(FencingDevice device, string output) => output
        .Split(['\n', ' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
        .Contains(device.PlugOf(_fence.Intent.Target), StringComparer.Ordinal);

    // Drawn from the fencing's id, the same in a replay; two nodes that shoot at each other have different ids.
    private double Draw()
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(FenceId + _session));
        return BitConverter.ToUInt32(hash) / (double)uint.MaxValue;
    }

    private static string Last(string output)
    {
        string text = output.TrimEnd();
        return text[(text.LastIndexOf('\n') + 1)..];
    }

    private sealed record FenceStep(FencingDevice Device, string Action, bool IsQuestion, bool IsOptional);
}
