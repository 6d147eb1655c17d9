using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// While a shot waits for the other side's head start: repeatedly queries the devices of its
/// first level whether the target is off. If all of them say so, it needs no shot: it lost
/// power, or has already been fenced.
/// </summary>
internal sealed class StatusWatch(ImmutableArray<ConfiguredDevice> devices)
{
    /// <summary>The action that asks, as fence agents call it.</summary>
    public const string Action = OperationNames.Status;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);
    private string _asked = "";
    private int _off;
    private Instant _next;

    /// <summary>Whether every device says that it is off.</summary>
    public bool IsOff => _off == devices.Length;

    /// <summary>When it asks next; null: it waits for an answer, or has it.</summary>
    public Instant? NextTimer => IsOff || _asked.Length > 0 ? null : _next;

    /// <summary>The next device to be asked, and how long it may take, if it is time for one. A question
    /// never outlasts the wait: a device takes one thing at a time, and the shot comes next.</summary>
    public (ConfiguredDevice Device, TimeSpan Timeout)? Next(Instant now, Instant until)
    {
        TimeSpan left = until.Since(now);
        return NextTimer is { } at && at.CompareTo(now) <= 0 && left > TimeSpan.Zero
            ? (devices[_off], left < s_limit ? left : s_limit)
            : null;
    }

    /// <summary>It is asked, by this operation.</summary>
    public void Asked(string operationId) => _asked = operationId;

    /// <summary>An agent ended.</summary>
    public void Ended(string operationId, OperationResult result, Instant now) =>
        Take(operationId, result, now);

    /// <summary>An agent can't be run.</summary>
    public void Refused(string operationId, Instant now) => Take(operationId, null, now);

    private void Take(string operationId, OperationResult? result, Instant now)
    {
        if (_asked.Length == 0 || operationId != _asked)
            return;
        bool isOff = result is { Status: (int)ExecutionStatus.Done, Code: FenceDevice.StatusOff };
        _asked = "";
        _off = isOff ? _off + 1 : 0;
        _next = isOff ? now : now.Plus(s_pause);
    }
}
