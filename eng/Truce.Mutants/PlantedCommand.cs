using Truce.Mutants.Generating;
using Truce.Mutants.Running;

namespace Truce.Mutants;

/// <summary>
/// Semantic mutants (eng/Truce.Sim's list), planted in a tree that was built with its suites. The suites are
/// asked first, one mutant at a time; seeds of the simulator only for those that no suite notices. Without a
/// mutant, suites and seeds must be clean, or there is no figure. Results are kept below artifacts/.
/// </summary>
internal static class PlantedCommand
{
    private const string SwitchType = "Truce.Model:Truce.Model.Mutations";

    // Those that have mutants, each after what it refers to, and what is built from them.
    private static readonly (string Project, string Assembly)[] s_projects =
    [
        ("Truce.Model", "Truce.Model"), ("Truce.Scheduler", "Truce.Scheduler"),
        ("Truce.Control", "Truce.Control"), ("Truce.Runtime", "Truce.Runtime"),
        ("Truce.Engine.Corosync", "Truce.Engine.Corosync"), ("Truce.Daemon", "truced"),
    ];

    private static readonly string[] s_suites =
    [
        "Truce.Control.Tests", "Truce.Runtime.Tests", "Truce.Scheduler.Tests", "Truce.Engine.Tests",
        "Truce.Daemon.Tests", "Truce.Simulator.Tests",
    ];

    public static int Run(string tree)
    {
        string folder = Path.Combine(Settings.Root, "artifacts", "mutants-semantic-results");
        Directory.CreateDirectory(folder);
        string[] assemblies = Compile(tree, folder);
        PlantedSeeds seeds = new(folder, assemblies);
        IReadOnlyList<PlantedMutant> all = seeds.List();
        if (Settings.Only.Except(all.Select(m => m.Name)).FirstOrDefault() is { } unknown)
            throw new NoFigureException($"there is no mutant {unknown}");
        PlantedMutant[] asked =
            [.. all.Where(m => Settings.Only.Length == 0 || Settings.Only.Contains(m.Name))];
        string sources = SourceFiles.Digest(Path.Combine(tree, "src"), Path.Combine(tree, "eng"));
        PlantedVerdicts verdicts = new(folder, sources);
        AskSuites(assemblies, folder, sources, asked, verdicts);
        seeds.Ask([.. asked.Where(m => verdicts.CaughtBy(m) is null)], verdicts);
        return verdicts.Tell(asked);
    }

    private static string[] Compile(string tree, string folder)
    {
        string planted = Path.Combine(folder, "planted");
        if (Directory.Exists(planted))
            Directory.Delete(planted, recursive: true);
        Directory.CreateDirectory(planted);
        string[] bins =
            [planted, Staging.Built("Truce.Daemon.Tests"), Staging.Built("Truce.Simulator.Tests")];
        foreach ((string project, string assembly) in s_projects)
            MutatedProject.Read(project, bins, tree, assembly).EmitAsItIs(planted, Built(bins[1], assembly));
        return [.. s_projects.Select(p => Path.Combine(planted, p.Assembly + ".dll"))];
    }

    // What takes nothing's place would never be asked about.
    private static string Built(string bin, string assembly) =>
        Path.Combine(bin, assembly + ".dll") is var path && File.Exists(path) ? path
            : throw new NoFigureException($"{assembly}.dll isn't in {bin}");

    // Copies of all are made before the first is run: what is built meanwhile belongs to other sources. All
    // are run without a mutant before one is asked about; the fastest is asked first.
    private static void AskSuites(
        string[] assemblies, string folder, string sources, PlantedMutant[] mutants,
        PlantedVerdicts verdicts)
    {
        StagedSuite[] staged =
            [.. (Settings.Suites ?? s_suites).Select(s => Stage(s, assemblies, folder, sources))];
        List<Judging> suites = [];
        try
        {
            foreach (StagedSuite suite in staged)
                suites.Add(Clean(suite));
            foreach (Judging judging in suites.OrderBy(j => j.Coverage.Took))
                Ask(judging, mutants, verdicts);
        }
        finally
        {
            suites.ForEach(j => j.Dispose());
        }
    }

    private static StagedSuite Stage(string suite, string[] assemblies, string folder, string sources)
    {
        string bin = Path.Combine(folder, suite);
        Staging.Stage(suite, bin, assemblies);
        string coverage = $"coverage-{suite}-{sources}-{SourceFiles.Digest("tests/" + suite)}.tsv";
        return new StagedSuite(suite, bin, Path.Combine(folder, coverage));
    }

    private static Judging Clean(StagedSuite suite)
    {
        Judging judging = new(suite, SwitchType, int.MaxValue);
        if (judging.Coverage.Failing is not [var first, ..])
            return judging;
        judging.Dispose();
        File.Delete(suite.Coverage);
        throw new NoFigureException(
            $"{suite.Name}: {judging.Coverage.Failing.Count} tests fail without a mutant, so nothing is "
            + $"judged; {first}");
    }

    private static void Ask(Judging judging, PlantedMutant[] mutants, PlantedVerdicts verdicts)
    {
        PlantedMutant[] open =
            [.. mutants.Where(m => verdicts.CaughtBy(m) is null && !verdicts.WasMissed(m, judging.Key))];
        int caught = 0;
        foreach (PlantedMutant mutant in open)
        {
            if (judging.Ask(new Question(mutant.Name, IsAlone: false)) is Verdict.Killed killed)
            {
                verdicts.Caught(mutant, $"{judging.Suite}: {killed.By}");
                caught++;
            }
            else
            {
                verdicts.Missed(mutant, judging.Key);
            }
        }

        Console.Error.WriteLine($"{judging.Suite}: {open.Length} asked, {caught} caught");
    }
}
