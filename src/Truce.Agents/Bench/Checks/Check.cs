using System.Collections.Immutable;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>One thing that is tried with an agent.</summary>
/// <param name="Name">What <c>--only</c> and <c>--skip</c> take.</param>
/// <param name="Promise">The promise that it belongs to.</param>
/// <param name="Title">What is right, in a sentence.</param>
/// <param name="Fix">How to repair a breach.</param>
/// <param name="RunAsync">Tries it.</param>
internal sealed record Check(
    string Name, Promise Promise, string Title, string Fix, Func<CheckRun, Task> RunAsync)
{
    /// <summary>What it takes to be tried.</summary>
    public CheckNeed Need { get; init; } = CheckNeed.Nothing;

    /// <summary>Whether others may run beside it.</summary>
    public Company Company { get; init; } = Company.Welcome;

    /// <summary>About how many hosts it boots: where the first breach ends a run, cheap ones come
    /// first.</summary>
    public int Hosts { get; init; } = 1;
}

/// <summary>Whether other checks may run beside one.</summary>
internal enum Company
{
    /// <summary>They may.</summary>
    Welcome,

    /// <summary>They would be measured too.</summary>
    Disturbs,
}

/// <summary>What a check takes to be tried.</summary>
internal enum CheckNeed
{
    /// <summary>Any agent.</summary>
    Nothing,

    /// <summary>A resource that starts with the given parameters.</summary>
    Started,

    /// <summary>A script that may be read.</summary>
    Text,
}

/// <summary>A check at work: it boots hosts and says what it saw.</summary>
internal sealed class CheckRun(Check check, BenchWork work, CancellationToken cancel)
{
    private readonly List<Evidence> _evidence = [];

    /// <summary>What is tried.</summary>
    public Check Check => check;

    /// <summary>The agent.</summary>
    public BenchSubject Subject => work.Subject;

    /// <summary>What was learned from a start that nothing disturbed.</summary>
    public Baseline Baseline => work.Baseline;

    /// <summary>What a start calls.</summary>
    public StartCommands StartCommands => work.StartCommands;

    /// <summary>A person has enough of it.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>What was seen so far.</summary>
    public IReadOnlyList<Evidence> Evidence => _evidence;

    /// <summary>What was measured, if that is what the check does.</summary>
    public ImmutableArray<ActionTime> Times { get; set; } = [];

    /// <summary>What a stop of something stopped costs, if that is what the check does.</summary>
    public StopCost? StopCost { get; set; }

    /// <summary>Programs run outside of any host.</summary>
    public ProcessSpawner Spawner => work.Spawner;

    /// <summary>Whether the agent was condemned already.</summary>
    public bool IsCondemned => _evidence.Exists(e => e.Verdict == Verdict.Condemned);

    /// <summary>Boots a fresh host.</summary>
    public Task<Stage> BootAsync() => Stage.BootAsync(Subject, Spawner, cancel);

    /// <summary>Boots a fresh host and starts the resource.</summary>
    public async Task<Stage> BootStartedAsync()
    {
        Stage stage = await BootAsync().ConfigureAwait(false);
        ActionResult start = await stage.DoAsync(OperationNames.Start, cancel).ConfigureAwait(false);
        if (!start.IsSuccess)
            Condemn($"in a fresh host, {start}, though the same start succeeded before");
        return stage;
    }

    /// <summary>The agent breaks a promise.</summary>
    public void Condemn(string what, ScriptPlace? place = null) =>
        _evidence.Add(new Evidence(Verdict.Condemned, what, place));

    /// <summary>Something is worth changing.</summary>
    public void Advise(string what, ScriptPlace? place = null) =>
        _evidence.Add(new Evidence(Verdict.Advised, what, place));

    /// <summary>Something is as it should be.</summary>
    public void Note(string what) => _evidence.Add(new Evidence(Verdict.Passed, what));

    /// <summary>Tells the person who waits what is being tried.</summary>
    public void Progress(string what) => Subject.Options.Progress($"  {check.Name}: {what}");

    /// <summary>Something couldn't be tried here.</summary>
    public void CannotTest(string why) => _evidence.Add(new Evidence(Verdict.NotTested, why));

    /// <summary>The agent has nothing that this is about.</summary>
    public void DoesNotApply(string why) => _evidence.Add(new Evidence(Verdict.NotApplicable, why));

    /// <summary>Requires a code of an action; otherwise the agent is condemned.</summary>
    public void Expect(ActionResult result, string when, params int[] codes)
    {
        if (result.Code is { } code && codes.Contains(code))
            return;
        string wanted = string.Join(" or ", codes.Select(c => $"{c} ({OcfCode.Describe(c)})"));
        Condemn($"{when}: {result}; {wanted} is right");
    }

    /// <summary>The worst of what was seen.</summary>
    public static Verdict Worst(IReadOnlyCollection<Evidence> evidence)
    {
        bool Has(Verdict verdict) => evidence.Any(e => e.Verdict == verdict);
        return Has(Verdict.Condemned) ? Verdict.Condemned
            : Has(Verdict.Advised) ? Verdict.Advised
            : Has(Verdict.NotTested) ? Verdict.NotTested
            : Has(Verdict.Passed) || evidence.Count == 0 ? Verdict.Passed
            : Verdict.NotApplicable;
    }
}

/// <summary>An agent at work, and what the checks have learned of it together.</summary>
/// <param name="Subject">The agent.</param>
/// <param name="Spawner">Runs programs.</param>
/// <param name="Baseline">From a start that nothing disturbed.</param>
/// <param name="StartCommands">What a start calls.</param>
internal sealed record BenchWork(
    BenchSubject Subject, ProcessSpawner Spawner, Baseline Baseline, StartCommands StartCommands);

/// <summary>What a start that nothing disturbed shows of a resource.</summary>
/// <param name="Start">How the start ended.</param>
/// <param name="Processes">What runs once it is started.</param>
/// <param name="Files">Files that the start made, by path.</param>
/// <param name="PidFiles">Those of them that hold the number of a process of the resource.</param>
internal sealed record Baseline(
    ActionResult? Start,
    ImmutableArray<HostProcess> Processes,
    ImmutableSortedDictionary<string, HostFile> Files,
    ImmutableArray<string> PidFiles)
{
    /// <summary>Nothing was tried.</summary>
    public static Baseline None { get; } =
        new(null, [], ImmutableSortedDictionary<string, HostFile>.Empty, []);

    /// <summary>Whether the resource can be run here.</summary>
    public bool Starts => Start?.IsSuccess == true;

    /// <summary>Starts the resource in a fresh host and looks at what is there then.</summary>
    public static async Task<Baseline> LearnAsync(
        BenchSubject subject, ProcessSpawner spawner, int expected, CancellationToken cancel)
    {
        await using Stage stage = await Stage.BootAsync(subject, spawner, cancel).ConfigureAwait(false);
        ImmutableSortedDictionary<string, HostFile> before =
            await stage.FilesAsync(cancel).ConfigureAwait(false);
        ActionResult start = await stage.DoAsync(OperationNames.Start, cancel).ConfigureAwait(false);
        ImmutableSortedDictionary<string, HostFile> after =
            await stage.FilesAsync(cancel).ConfigureAwait(false);
        ImmutableArray<HostProcess> processes =
            await stage.LastingProcessesAsync(expected, cancel).ConfigureAwait(false);
        ImmutableSortedDictionary<string, HostFile> made =
            after.RemoveRange(after.Keys.Where(before.ContainsKey));
        ImmutableArray<string> pidFiles = await PidFilesAsync(stage, made, cancel).ConfigureAwait(false);
        return new Baseline(start, processes, made, pidFiles);
    }

    private static async Task<ImmutableArray<string>> PidFilesAsync(
        Stage stage, ImmutableSortedDictionary<string, HostFile> made, CancellationToken cancel)
    {
        const int SizeMax = 16;
        string[] small =
            [.. made.Values.Where(f => f.Kind == 'f' && f.Size is > 0 and <= SizeMax).Select(f => f.Path)];
        if (small.Length == 0)
            return [];
        string found = await stage.ShellAsync(
            "for f; do read -r n _ <\"$f\" 2>/dev/null || [ -n \"$n\" ] || continue; "
            + "case $n in *[!0-9]*|'') ;; *) [ ! -d \"/proc/$n\" ] || echo \"$f\" ;; esac; done; true",
            cancel, small).ConfigureAwait(false);
        return [.. found.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
