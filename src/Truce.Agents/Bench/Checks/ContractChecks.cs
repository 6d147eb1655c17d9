using System.Collections.Immutable;
using Truce.Agents.Bench.Reading;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>What OCF asks of any agent.</summary>
internal static class ContractChecks
{
    private const string NoSuchAction = "truce-no-such-action";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("metadata", Promise.Contract,
            "meta-data prints valid metadata with all actions and their timeouts",
            "print metadata as the OCF schema has it; every action needs a timeout", MetadataAsync),
        new("start", Promise.Contract, "start starts the resource, and monitor then says that it runs",
            "return 0 from start only once the resource serves", StartAsync) { Need = CheckNeed.Started },
        new("start-twice", Promise.Contract, "start of something started succeeds and changes nothing",
            "begin start with the monitor's check, and return 0 if it runs", StartTwiceAsync)
            { Need = CheckNeed.Started, Hosts = 2 },
        new("unknown-action", Promise.Contract, "an action that the agent doesn't have returns 3",
            "end the case over actions with *) exit $OCF_ERR_UNIMPLEMENTED", UnknownActionAsync),
        new("validate", Promise.Contract, "validate-all accepts right parameters and refuses wrong ones",
            "check every parameter in validate-all: required ones are there, numbers are numbers",
            ValidateAsync),
        new("blanks", Promise.Contract, "a path with a blank in it is one path",
            "put quotes round every variable that holds a path", BlanksAsync) { Need = CheckNeed.Started },
        new("complaints", Promise.Contract, "the shell has nothing to complain of while an action runs",
            "correct the line: a misspelled command is skipped, and the script goes on without it",
            ComplaintsAsync),
    ];

    private static async Task MetadataAsync(CheckRun run)
    {
        foreach (var finding in run.Subject.Description.Findings)
            run.Condemn(finding.Line > 0 ? $"line {finding.Line} of the metadata: {finding.Message}"
                : finding.Message);
        foreach (MetadataBreach breach in MetadataRules.Check(run.Subject.Description.Xml))
        {
            if (breach.IsGrave)
                run.Condemn(breach.What);
            else
                run.Advise(breach.What);
        }

        // It is asked of nodes where nothing is configured: before a resource exists.
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        ActionOptions bare = new() { Parameters = ImmutableSortedDictionary<string, string>.Empty };
        ActionResult result =
            await stage.DoAsync(OperationNames.MetaData, bare, run.Cancel).ConfigureAwait(false);
        run.Expect(result, "asked for metadata, without parameters", OcfCode.Success);
    }

    private static async Task StartAsync(CheckRun run)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        ActionResult monitor =
            await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false);
        run.Expect(monitor, "right after start", OcfCode.Success, OcfCode.Degraded);
    }

    private static async Task StartTwiceAsync(CheckRun run)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        int before = Math.Max(run.Baseline.Processes.Length,
            (await stage.LastingProcessesAsync(run.Baseline.Processes.Length, run.Cancel)
                .ConfigureAwait(false)).Length);
        run.Expect(await stage.DoAsync(OperationNames.Start, run.Cancel).ConfigureAwait(false),
            "the second start", OcfCode.Success);
        run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
            "after the second start", OcfCode.Success, OcfCode.Degraded);
        var after = await stage.LastingProcessesAsync(before, run.Cancel).ConfigureAwait(false);
        if (after.Length > before)
            run.Condemn($"the second start left {after.Length - before} more processes");
        run.Expect(await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
            "a stop after two starts", OcfCode.Success);
        run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
            "after two starts and a stop", OcfCode.NotRunning);
    }

    private static async Task UnknownActionAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        run.Expect(await stage.DoAsync(NoSuchAction, run.Cancel).ConfigureAwait(false),
            $"asked for {NoSuchAction}", OcfCode.Unimplemented);
    }

    private static async Task ValidateAsync(CheckRun run)
    {
        if (!run.Subject.Metadata.Supports(OperationNames.ValidateAll))
        {
            run.DoesNotApply("validate-all isn't advertised");
            return;
        }

        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        ActionResult right =
            await stage.DoAsync(OperationNames.ValidateAll, run.Cancel).ConfigureAwait(false);
        if (run.Baseline.Starts)
            run.Expect(right, "with the parameters that it starts with", OcfCode.Success);
        foreach (var parameter in run.Subject.Metadata.Parameters.Where(p => p.MustBeGiven))
        {
            ActionResult without = await stage.DoAsync(OperationNames.ValidateAll,
                new ActionOptions { Parameters = run.Subject.Options.Parameters.Remove(parameter.Name) },
                run.Cancel).ConfigureAwait(false);
            if (without.IsSuccess)
                run.Condemn($"validate-all returned 0 without {parameter.Name}, which is required");
        }

        string[] programs = await Named.ProgramsAsync(run, stage).ConfigureAwait(false);
        foreach ((string name, string value) in run.Subject.NamedValues
            .Where(p => programs.Contains(p.Value)))
        {
            string gone = value + Named.Gone;
            ActionResult without = await stage.DoAsync(OperationNames.ValidateAll,
                new ActionOptions { Parameters = run.Subject.Options.Parameters.SetItem(name, gone) },
                run.Cancel).ConfigureAwait(false);
            if (without.IsSuccess)
                run.Condemn($"validate-all returned 0 with {name}={gone}, a program that isn't there");
        }

        foreach (var parameter in run.Subject.Metadata.Parameters.Where(p => p.Type == "integer").Take(3))
        {
            ActionResult wrong = await stage.DoAsync(OperationNames.ValidateAll,
                new ActionOptions
                {
                    Parameters = run.Subject.Options.Parameters.SetItem(parameter.Name, "not-a-number"),
                }, run.Cancel).ConfigureAwait(false);
            if (wrong.IsSuccess)
                run.Advise(
                    $"validate-all returned 0 with {parameter.Name}=not-a-number, though it is an integer");
        }
    }

    // Files that start makes where a parameter says: their names may have blanks in them.
    private static async Task BlanksAsync(CheckRun run)
    {
        (string Name, string Value)[] made = [.. run.Subject.NamedValues.Where(p =>
            run.Baseline.Files.TryGetValue(p.Value, out HostFile? file) && file.Kind is 'f' or 'l')];
        if (made.Length == 0)
            run.DoesNotApply("start makes no file that a parameter names");
        foreach ((string name, string value) in made)
        {
            string blank = value + " x";
            ActionOptions options = new()
            {
                Parameters = run.Subject.Options.Parameters.SetItem(name, blank),
            };
            await using Stage stage = await run.BootAsync().ConfigureAwait(false);
            async Task<ActionResult> DoAsync(string action) =>
                await stage.DoAsync(action, options, run.Cancel).ConfigureAwait(false);
            ActionResult start = await DoAsync(OperationNames.Start).ConfigureAwait(false);
            if (!start.IsSuccess)
            {
                run.Advise($"with {name}=\"{blank}\", {start}");
                continue;
            }

            run.Expect(await DoAsync(OperationNames.Monitor).ConfigureAwait(false),
                $"started with {name}=\"{blank}\"", OcfCode.Success, OcfCode.Degraded);
            run.Expect(await DoAsync(OperationNames.Stop).ConfigureAwait(false),
                $"started with {name}=\"{blank}\"", OcfCode.Success);
            run.Expect(await DoAsync(OperationNames.Monitor).ConfigureAwait(false),
                $"started with {name}=\"{blank}\" and stopped", OcfCode.NotRunning);
        }
    }

    private static async Task ComplaintsAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        HashSet<string> seen = [];
        string[] actions = run.Baseline.Starts
            ? [OperationNames.Monitor, OperationNames.Stop, OperationNames.Start, OperationNames.Monitor,
                OperationNames.Start, OperationNames.Stop]
            : [OperationNames.Monitor, OperationNames.Stop];
        foreach (string action in actions)
        {
            ActionResult result = await stage.DoAsync(action, run.Cancel).ConfigureAwait(false);
            foreach (Complaint complaint in Complaints.Find(result.Errors).Where(c => seen.Add(c.ToString())))
                run.Condemn($"during {action}, the shell says: {complaint.Message}",
                    new ScriptPlace(complaint.File, complaint.Line, ""));
        }
    }
}
