using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>Runs systemd units as resources, through systemctl, which waits for the end of the job.</summary>
internal sealed class SystemdOperations(ProcessSpawner spawner, AgentSettings settings)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    public Task<OperationOutcome> RunAsync(
        OperationSpec operation,
        string unit,
        Func<SpawnedOperation, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        string? systemctl = FindSystemctl();
        if (systemctl is null || !Directory.Exists(settings.SystemdDirectory))
            return Task.FromResult(Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled,
                $"unit {unit}: systemd does not run on this node"));
        Steps steps = new(spawner, operation, systemctl, Environment(), beforeExec, cancellationToken);
        return operation.Action switch
        {
            OperationNames.Start => StartAsync(steps, unit),
            OperationNames.Stop => StopAsync(steps, unit),
            OperationNames.Monitor or OperationNames.Status => MonitorAsync(steps, unit),
            OperationNames.Reload or "restart" => steps.FinishAsync(operation.Action, unit),
            _ => Task.FromResult(Outcomes.NotRun(operation, OperationStatus.Done, OcfCode.Unimplemented,
                $"units have no action {operation.Action}")),
        };
    }

    private async Task<OperationOutcome> StartAsync(Steps steps, string unit)
    {
        if (await steps.ShowAsync(unit).ConfigureAwait(false) is { IsThere: false, Active: "inactive" or "" })
            return steps.NotInstalled($"unit {unit} does not exist");
        UnitDropIn dropIn = new(settings, unit);
        if (steps.Failure is null && dropIn.Write())
            await steps.RunAsync("daemon-reload").ConfigureAwait(false);
        return await steps.FinishAsync(OperationNames.Start, unit).ConfigureAwait(false);
    }

    private async Task<OperationOutcome> StopAsync(Steps steps, string unit)
    {
        if (await steps.ShowAsync(unit).ConfigureAwait(false) is { IsThere: false, Active: "inactive" })
            return steps.Ended(OcfCode.Success, $"unit {unit} does not exist");
        OperationOutcome outcome = await steps.FinishAsync(OperationNames.Stop, unit).ConfigureAwait(false);
        if (outcome is { Status: OperationStatus.Done, ReturnCode: 0 } && new UnitDropIn(settings, unit).Remove())
            await steps.RunAsync("daemon-reload").ConfigureAwait(false);
        return outcome;
    }

    /// <summary>A unit on its way up or down is waited for: until then there is no answer.</summary>
    private static async Task<OperationOutcome> MonitorAsync(Steps steps, string unit)
    {
        TimeSpan pause = s_firstPause;
        for (; ; )
        {
            SystemdUnit state = await steps.ShowAsync(unit).ConfigureAwait(false);
            if (steps.Failure is not null || !state.IsMoving)
                return steps.Ended(state.Code, state.Code == OcfCode.Success ? "" : $"unit {unit} is {state}");
            await steps.PauseAsync(pause).ConfigureAwait(false);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private ImmutableSortedDictionary<string, string> Environment() =>
        OcfEnvironment.Common(settings).SetItem("LC_ALL", "C").SetItem("SYSTEMD_PAGER", "");

    private string? FindSystemctl() => Path.IsPathRooted(settings.Systemctl)
        ? settings.Systemctl
        : settings.SearchPath.Split(':').Select(d => Path.Combine(d, settings.Systemctl)).FirstOrDefault(File.Exists);

    /// <summary>The calls of systemctl that make one operation, within its time.</summary>
    private sealed class Steps(
        ProcessSpawner spawner,
        OperationSpec operation,
        string systemctl,
        ImmutableSortedDictionary<string, string> environment,
        Func<SpawnedOperation, Task>? beforeExec,
        CancellationToken cancellationToken)
    {
        private readonly TimeProvider _time = spawner.Options.Time;
        private readonly Stopwatch _watch = new(spawner.Options.Time);

        /// <summary>The first call that didn't end by itself: it decides.</summary>
        public OperationOutcome? Failure { get; private set; }

        public async Task<ProcessResult> RunAsync(params string[] arguments)
        {
            ProcessSpec spec = new(operation.OperationId, systemctl,
                ["--no-pager", "--no-ask-password", .. arguments], environment, Remaining());
            ProcessResult result = await spawner.RunAsync(spec, _watch.AfterStart(beforeExec), cancellationToken)
                .ConfigureAwait(false);
            if (result.End is not ProcessEnd.Exited)
                Failure ??= Outcomes.From(operation, result, c => c) with { Duration = _watch.Elapsed };
            return result;
        }

        public async Task<SystemdUnit> ShowAsync(string unit) =>
            SystemdUnit.Parse((await RunAsync("show", "--property=" + SystemdUnit.Properties, "--", unit)
                .ConfigureAwait(false)).Output.Text);

        /// <summary>The call that the operation is about: systemctl ends
        /// with 0 when the job is done.</summary>
        public async Task<OperationOutcome> FinishAsync(string verb, string unit)
        {
            if (Failure is not null)
                return Failure;
            ProcessResult result = await RunAsync(verb, "--", unit).ConfigureAwait(false);
            if (Failure is not null || result.End is ProcessEnd.Exited(0))
                return Ended(OcfCode.Success, "");
            SystemdUnit state = await ShowAsync(unit).ConfigureAwait(false);
            string said = result.Errors.Text.Trim().Split('\n')[0];
            return Ended(OcfCode.Generic, $"{verb} of {unit} failed: it is {state}; {said}");
        }

        public async Task PauseAsync(TimeSpan pause)
        {
            TimeSpan left = Remaining();
            try
            {
                await Task.Delay(pause < left ? pause : left, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The next call sees it too, and says so.
            }
        }

        public OperationOutcome NotInstalled(string reason) => Failure
            ?? Outcomes.NotRun(operation, OperationStatus.NotInstalled, OcfCode.NotInstalled, reason);

        public OperationOutcome Ended(int code, string reason) => Failure
            ?? new OperationOutcome(operation.OperationId, OperationStatus.Done, code, reason, "", _watch.Elapsed);

        private TimeSpan Remaining() =>
            operation.Timeout > _watch.Elapsed ? operation.Timeout - _watch.Elapsed : TimeSpan.Zero;
    }
}
