using System.Collections.Immutable;
using Truce.Agents.Bench.Checks;
using Truce.Agents.Processes;

namespace Truce.Agents.Bench.Mutants;

/// <summary>
/// Damages an agent in known ways and sees which check condemns each copy first. Checks that condemn the
/// agent as it is catch nothing: what catches must be silent about the undamaged agent.
/// </summary>
internal sealed class MutationRun(AgentBench bench, ProcessSpawner spawner, MutationOptions mutation)
{
    // The check that judges a start that fails.
    private const string OfStart = "start";
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    /// <summary>Runs it.</summary>
    public async Task<MutationReport> RunAsync(BenchOptions options, CancellationToken cancel)
    {
        long began = TimeProvider.System.GetTimestamp();
        options.Progress("testing the agent as it is");
        BenchSubject subject = await bench.SubjectAsync(
            options with { LongestAction = s_longest }, cancel).ConfigureAwait(false);
        BenchWork whole = await bench.LearnAsync(subject, 0, cancel).ConfigureAwait(false);
        if (!whole.Baseline.Starts)
            throw new BenchException(BenchFailure.BadInput,
                $"the resource doesn't start, so nothing can be damaged: {whole.Baseline.Start}",
                "give --param (and --prepare) with which it starts");
        ShellScript script = await LifeCycle.RunAsync(subject, spawner, cancel).ConfigureAwait(false)
            ?? throw new BenchException(BenchFailure.BadInput,
                $"only shell scripts are damaged, and it takes bash: this is {subject.Interpreter}",
                "test it without --mutants");
        ImmutableArray<Check> checks = CheckCatalogue.Select(options);
        CheckResult[] undamaged = await AgentBench.RunAllAsync(
            [.. checks.Select(c => new CheckRun(c, whole, cancel))], options.Progress, cancel)
            .ConfigureAwait(false);
        ImmutableArray<string> condemned =
            [.. undamaged.Where(r => r.Verdict == Verdict.Condemned).Select(r => r.Check)];
        MutantResult[] results = await TryAllAsync(whole, Mutant.Plan(script, mutation),
            [.. checks.Where(c => !condemned.Contains(c.Name)).OrderBy(c => c.Hosts)], cancel)
            .ConfigureAwait(false);
        return new MutationReport(subject.Name.ToString(), subject.Path, condemned, [.. results],
            TimeProvider.System.GetElapsedTime(began));
    }

    private async Task<MutantResult[]> TryAllAsync(
        BenchWork whole, ImmutableArray<Mutant> mutants, ImmutableArray<Check> checks,
        CancellationToken cancel)
    {
        MutantResult[] results = new MutantResult[mutants.Length];
        int done = 0;
        ParallelOptions parallel =
            new() { MaxDegreeOfParallelism = AgentBench.AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, mutants.Length), parallel, async (i, _) =>
        {
            results[i] = await TryAsync(whole, mutants[i], checks, cancel).ConfigureAwait(false);
            whole.Subject.Options.Progress(
                $"{Interlocked.Increment(ref done)} of {mutants.Length}: {mutants[i].Operator.Name}, line "
                + $"{mutants[i].Line.Number}: {results[i].CaughtBy ?? "survived"}");
        }).ConfigureAwait(false);
        return results;
    }

    // Ends at the first check that condemns it.
    private async Task<MutantResult> TryAsync(
        BenchWork whole, Mutant mutant, ImmutableArray<Check> checks, CancellationToken cancel)
    {
        long began = TimeProvider.System.GetTimestamp();
        MutantResult Ended(string? check, string evidence) => new(mutant.Operator.Name, mutant.Operator.What,
            mutant.Line.Number, mutant.Line.Text.Trim(), mutant.Now.Trim().Split('\n')[0], check, evidence,
            TimeProvider.System.GetElapsedTime(began));
        try
        {
            BenchWork work = await PrepareAsync(whole, mutant, cancel).ConfigureAwait(false);
            if (!work.Baseline.Starts)
                return Ended(OfStart, $"{work.Baseline.Start}");
            foreach (Check check in checks)
            {
                CheckResult result =
                    await AgentBench.RunAsync(new CheckRun(check, work, cancel)).ConfigureAwait(false);
                if (result.Verdict == Verdict.Condemned)
                    return Ended(check.Name, result.Evidence[0].What);
            }

            return Ended(null, "");
        }
        catch (BenchException e)
        {
            // What the bench itself can't do is no judgement on the agent.
            return Ended(null, $"not judged: {e.Message}");
        }
    }

    private async Task<BenchWork> PrepareAsync(BenchWork whole, Mutant mutant, CancellationToken cancel)
    {
        BenchSubject damaged = whole.Subject with { Text = mutant.Text, Instead = mutant.Text };
        if (mutant.Operator.IsOfMetadata)
            damaged = damaged with
            {
                Description = await bench.DescribeAsync(damaged, cancel).ConfigureAwait(false),
            };
        return await bench.LearnAsync(damaged, whole.Baseline.Processes.Length, cancel).ConfigureAwait(false);
    }
}
