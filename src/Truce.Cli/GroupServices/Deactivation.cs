using System.Diagnostics;
using Truce.Client;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>
/// What <c>truce group run --deactivate</c> does when the others have agreed to expel it: it runs the
/// deactivate program, stops the command, and says whether both have ended in time. It is the program that
/// was named on the command line, and runs as its user: what the server tells is for people.
/// </summary>
/// <param name="session">The member's session.</param>
/// <param name="program">What the shell runs.</param>
/// <param name="environment">What it is told, as the command.</param>
/// <param name="stop">Stops the command, and waits for its end.</param>
internal sealed class Deactivation(
    GroupSession session, string program, IReadOnlyDictionary<string, string> environment, Func<Task> stop)
{
    private const int ReasonCharsMax = 120;
    private Task? _running;

    /// <summary>Whether it was asked for.</summary>
    public bool HasBegun => Volatile.Read(ref _running) is not null;

    /// <summary>It is asked for.</summary>
    public void Begin(GroupsReply.Deactivate asked) => _running ??= RunAsync(asked);

    private async Task RunAsync(GroupsReply.Deactivate asked)
    {
        // A little less than the others wait: what it says has to reach them.
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(asked.LimitMs * 0.9));
        string? problem = await RunProgramAsync(asked, limit.Token).ConfigureAwait(false)
            ?? await StopAsync(limit.Token).ConfigureAwait(false);
        try
        {
            await session.AskAsync(
                id => new GroupsRequest.Vote(
                    id, asked.Group, asked.Protocol, asked.Number,
                    problem is null ? WireChoice.Approve : WireChoice.Reject, problem ?? ""),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ClusterUnreachableException)
        {
            // The session is lost: the others take that for a failure.
        }
    }

    private async Task<string?> RunProgramAsync(GroupsReply.Deactivate asked, CancellationToken limit)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", program]) { UseShellExecute = false };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        start.Environment["TRUCE_REASON"] = asked.Reason;
        using Process process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return $"the program hasn't ended within {asked.LimitMs} ms";
        }

        string problem = $"exit code {process.ExitCode} of {program}";
        return process.ExitCode == 0 ? null : problem[..Math.Min(problem.Length, ReasonCharsMax)];
    }

    private async Task<string?> StopAsync(CancellationToken limit)
    {
        try
        {
            await stop().WaitAsync(limit).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return "the command hasn't ended in time";
        }
    }
}
