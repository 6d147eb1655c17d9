using System.Collections.Immutable;
using Truce.Agents.Bench.Hosts;
using Truce.Agents.Bench.Reading;
using Truce.Agents.Processes;

namespace Truce.Agents.Bench.Checks;

/// <summary>What reading the script shows. Only what can't run condemns: the rest is advice, and what the
/// agent does is judged by running it.</summary>
internal static class ScriptChecks
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("syntax", Promise.Script, "the interpreter accepts the script", "correct the line",
            SyntaxAsync) { Need = CheckNeed.Text },
        new("patterns", Promise.Script, "the script has none of the patterns known to go wrong",
            "see the sentence at each line", PatternsAsync) { Need = CheckNeed.Text },
    ];

    private static async Task SyntaxAsync(CheckRun run)
    {
        if (!run.Subject.IsShell)
        {
            run.CannotTest($"no syntax check for {run.Subject.Interpreter} scripts is known here");
            return;
        }

        ProcessSpec spec = new($"bench-{Guid.NewGuid():N}", $"/bin/{run.Subject.Interpreter}",
            ["-n", run.Subject.Path], BenchHost.PlainEnvironment, s_limit);
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        ProcessResult result = await stage.RunAsync(spec, run.Cancel).ConfigureAwait(false);
        if (result.End is ProcessEnd.Exited(0))
            return;
        Complaint? first = Complaints.Find(result.Errors.Text).FirstOrDefault();
        run.Condemn($"{run.Subject.Interpreter} -n says: {result.Errors.Text.Trim().Split('\n')[0]}",
            first is null ? null : new ScriptPlace(first.File, first.Line, ""));
    }

    private static Task PatternsAsync(CheckRun run)
    {
        if (!run.Subject.IsShell)
            run.DoesNotApply("it isn't a shell script");
        foreach (WrongPattern found in WrongPatterns.Find(run.Subject.Text))
            run.Advise(found.Why, new ScriptPlace(run.Subject.Path, found.Line, found.Text));
        return Task.CompletedTask;
    }
}
