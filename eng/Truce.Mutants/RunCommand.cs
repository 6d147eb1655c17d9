using Truce.Mutants.Generating;
using Truce.Mutants.Running;

namespace Truce.Mutants;

/// <summary><c>make mutants</c>: standard operators over one project.</summary>
internal static class RunCommand
{
    private const string SwitchType = ":TruceMutants.M";

    public static int Run()
    {
        MutatedProjects project = MutatedProjects.Of(Settings.Project);
        string[] suites = Settings.Suites ?? project.Suites;
        string folder = Path.Combine(Settings.Root, "artifacts", "mutants-standard", project.Name);
        Directory.CreateDirectory(folder);
        string sources = SourceFiles.Digest(MutatedProjects.Sources);
        string tests = SourceFiles.Digest(suites.Select(s => "tests/" + s));
        string mutated = Path.Combine(folder, project.Assembly + ".dll");
        IReadOnlyList<Mutant> all = MutatedProject
            .Read(project.Assembly, [Staging.Built(suites[0])]).Emit(mutated);
        IReadOnlyList<Mutant> drawn = Draw(all, project);
        Results results = new(Path.Combine(folder, "results.tsv"), sources, tests);
        Judge(drawn.Where(m => !results.Knows(m)), suites, folder, mutated, sources, results);
        return Report.Write(folder, project, all, drawn, results);
    }

    // The same for the same seed and sources, and whatever was drawn by a smaller sample is in a larger one.
    private static IReadOnlyList<Mutant> Draw(IReadOnlyList<Mutant> all, MutatedProjects project)
    {
        IEnumerable<Mutant> chosen = all.Where(m => Settings.Files.Length == 0
            || Settings.Files.Any(f => m.File.Contains(f, StringComparison.Ordinal)));
        if (Settings.Since is { } since)
        {
            ChangedLines changed = new(since, project.Assembly);
            chosen = chosen.Where(m => changed.Has(m.File, m.Line));
        }

        if (Settings.Sample == 0)
            return [.. chosen];
#pragma warning disable CA5394 // A sample, not a secret.
        Random random = new(Settings.Seed);
        return
        [
            .. chosen.Select(m => (Mutant: m, Ticket: random.Next())).OrderBy(t => t.Ticket)
                .Take(Settings.Sample).Select(t => t.Mutant),
        ];
#pragma warning restore CA5394
    }

    private static void Judge(
        IEnumerable<Mutant> asked, string[] suites, string folder, string mutated, string sources,
        Results results)
    {
        List<Mutant> open = [.. asked.OrderBy(m => m.AtStart).ThenBy(m => m.Id)];
        HashSet<int> covered = [];
        foreach (string suite in suites)
        {
            if (open.Count == 0)
                break;
            string target = Path.Combine(folder, suite);
            Staging.Stage(suite, target, mutated);
            string digest = SourceFiles.Digest("tests/" + suite, "eng/Truce.Mutants/Generating");
            string coverage = Path.Combine(folder, $"coverage-{suite}-{sources}-{digest}.tsv");
            using Judging judging = new(
                new StagedSuite(suite, target, coverage),
                Path.GetFileNameWithoutExtension(mutated) + SwitchType, Settings.TestsMax);
            open = Ask(open, judging, suite, covered, results);
        }

        foreach (Mutant mutant in open)
            results.Add(mutant, covered.Contains(mutant.Id) ? "survived" : "uncovered", "");
    }

    // Those that the suite didn't kill.
    private static List<Mutant> Ask(
        List<Mutant> open, Judging judging, string suite, HashSet<int> covered, Results results)
    {
        List<Mutant> left = [];
        int done = 0;
        foreach (Mutant mutant in open)
        {
            string id = mutant.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Verdict verdict = judging.Ask(new Question(id, mutant.AtStart));
            if (verdict is Verdict.Killed killed)
            {
                results.Add(mutant, "killed", $"{suite} {killed.By}");
            }
            else
            {
                left.Add(mutant);
                if (verdict is Verdict.Survived)
                    covered.Add(mutant.Id);
            }

            if (++done % 50 == 0)
                Console.Error.WriteLine($"{suite}: {done} of {open.Count}, {done - left.Count} killed");
        }

        Console.Error.WriteLine($"{suite}: {open.Count} asked, {open.Count - left.Count} killed");
        return left;
    }
}
