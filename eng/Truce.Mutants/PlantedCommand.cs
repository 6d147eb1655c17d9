using System.Diagnostics;
using System.Globalization;
using Truce.Mutants.Generating;
using Truce.Mutants.Running;

namespace Truce.Mutants;

/// <summary>
/// Semantic mutants (eng/Truce.Sim's list), planted in a tree that was built with its suites: the suites are
/// asked first,
/// then, for those that nobody noticed, seeds of the simulator. What was found out is kept below artifacts/.
/// </summary>
internal static class PlantedCommand
{
    private const int SeedsMax = 500;
    private const string SwitchType = "Truce.Model:Truce.Model.Mutations";
    private static readonly TimeSpan s_seedsLimit = TimeSpan.FromMinutes(30);

    // Those that have mutants, each after what it refers to.
    private static readonly string[] s_projects =
    [
        "Truce.Model", "Truce.Scheduler", "Truce.Control", "Truce.Runtime", "Truce.Engine.Corosync",
            "Truce.Daemon",
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
        string sim = Path.Combine(folder, "sim");
        Staging.Copy(
            Path.Combine(Settings.Root, "eng", "Truce.Sim", "bin", "Release", "net10.0"), sim, assemblies);
        string[][] mutants = [.. Sim(sim, ["mutations", "semantic"], "").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
            .Where(m => Settings.Only.Length == 0 || Settings.Only.Contains(m[1]))];
        string sources = SourceFiles.Digest(["src", "eng/Truce.Sim"]);
        Dictionary<string, string> caught = Known(folder, sources);
        AskSuites(assemblies, folder, sources, mutants, caught);
        AskSeeds(sim, folder, sources, mutants, caught);
        return Tell(mutants, caught);
    }

    private static string[] Compile(string tree, string folder)
    {
        string planted = Path.Combine(folder, "planted");
        Directory.CreateDirectory(planted);
        string[] bins = [planted, Staging.Built("Truce.Daemon.Tests"),
            Staging.Built("Truce.Simulator.Tests")];
        foreach (string project in s_projects)
            MutatedProject.Read(project, bins, tree).EmitAsItIs(Path.Combine(planted, project + ".dll"));
        return [.. s_projects.Select(p => Path.Combine(planted, p + ".dll"))];
    }

    private static void AskSuites(
        string[] assemblies, string folder, string sources, string[][] mutants, Dictionary<string,
            string> caught)
    {
        foreach (string suite in Settings.Suites ?? s_suites)
        {
            string[] open = [.. mutants.Select(m => m[1]).Where(m => !caught.ContainsKey(m))];
            if (open.Length == 0)
                return;
            string bin = Path.Combine(folder, suite);
            Staging.Stage(suite, bin, assemblies);
            string coverage = Path.Combine(folder,
                $"coverage-{suite}-{sources}-{SourceFiles.Digest("tests/" + suite)}.tsv");
            using Judging judging = new(new StagedSuite(suite, bin, coverage), SwitchType, Settings.TestsMax);
            foreach (string mutant in open)
            {
                if (judging.Ask(new Question(mutant, IsAlone: false)) is Verdict.Killed killed)
                    Keep(folder, sources, caught, mutant, $"{suite}: {killed.By}");
            }
        }
    }

    private static void AskSeeds(
        string sim, string folder, string sources, string[][] mutants, Dictionary<string, string> caught)
    {
        string seeds = (Settings.Sample > 0 ? Settings.Sample : SeedsMax)
            .ToString(CultureInfo.InvariantCulture);
        string missedFile = Path.Combine(folder, $"missed-{sources}-{seeds}.txt");
        string[] missed = File.Exists(missedFile) ? File.ReadAllLines(missedFile) : [];
        foreach (string mutant in mutants.Select(m => m[1]).Where(m => !caught.ContainsKey(m)
            && !missed.Contains(m)))
        {
            (int code, string output) = Sim(sim, ["first-violation"], mutant, ("SEEDS", seeds), ("JOBS",
                "1"));
            string last = output.TrimEnd().Split('\n')[^1];
            Console.Error.WriteLine($"{mutant}: {last}");
            if (code == 0)
                Keep(folder, sources, caught, mutant, "seeds: " + last);
            else
                File.AppendAllText(missedFile, mutant + "\n");
        }
    }

    private static int Tell(string[][] mutants, Dictionary<string, string> caught)
    {
        foreach (string[] mutant in mutants.OrderBy(m => m[0], StringComparer.Ordinal))
            Console.WriteLine($"{mutant[0]} {mutant[1]}: {caught.GetValueOrDefault(mutant[1], "SURVIVES")}");
        int bySeeds = caught.Values.Count(c => c.StartsWith("seeds", StringComparison.Ordinal));
        string[][] survivors = [.. mutants.Where(m => !caught.ContainsKey(m[1]))];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{mutants.Length} mutants, {mutants.Length - survivors.Length} caught, "
            + $"{bySeeds} of them by seeds"
            + $"; survive: {string.Join(", ", survivors.Select(s => $"{s[0]} {s[1]}"))}"));
        return 0;
    }

    private static Dictionary<string, string> Known(string folder, string sources)
    {
        string file = Path.Combine(folder, $"caught-{sources}.tsv");
        return Settings.Fresh || !File.Exists(file)
            ? []
            : File.ReadLines(file).Select(l => l.Split('\t')).GroupBy(l => l[0]).ToDictionary(g => g.Key, g =>
                g.Last()[1]);
    }

    private static void Keep(
        string folder, string sources, Dictionary<string, string> caught, string mutant, string by)
    {
        caught[mutant] = by;
        File.AppendAllText(Path.Combine(folder, $"caught-{sources}.tsv"), $"{mutant}\t{by}\n");
    }

    private static (int Code, string Output) Sim(
        string sim, string[] arguments, string mutant, params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new("dotnet",
            [Path.Combine(sim, "Truce.Sim.dll"),
                .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TRUCE_MUTATION"] = mutant;
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_seedsLimit))
        {
            process.Kill(entireProcessTree: true);
            return (0, "no end: a seed hangs");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult());
    }
}
