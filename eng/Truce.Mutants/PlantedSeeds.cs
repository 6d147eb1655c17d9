using System.Diagnostics;
using System.Globalization;
using Truce.Mutants.Running;

namespace Truce.Mutants;

/// <summary>Seeds of the simulator, for planted mutants that no suite notices: a process for each.</summary>
internal sealed class PlantedSeeds
{
    private const int SeedsMax = 500;

    // What first-violation ends with.
    private const int Caught = 0;
    private const int NotCaught = 1;

    // A run with a mutant may take this much longer than the clean one before it counts as hanging.
    private const int SlowerMax = 10;
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_cleanLimit = TimeSpan.FromHours(2);
    private readonly string _sim;
    private readonly string _folder;
    private readonly string _seeds =
        (Settings.Sample > 0 ? Settings.Sample : SeedsMax).ToString(CultureInfo.InvariantCulture);

    /// <summary>Puts the planted assemblies beside a copy of the simulator.</summary>
    public PlantedSeeds(string folder, string[] assemblies)
    {
        _folder = folder;
        _sim = Path.Combine(folder, "sim");
        Staging.Copy(
            Path.Combine(Settings.Root, "eng", "Truce.Sim", "bin", "Release", "net10.0"), _sim, assemblies);
    }

    /// <summary>All that are planted.</summary>
    public IReadOnlyList<PlantedMutant> List() =>
    [
        .. Run(["mutations", "semantic"], "", s_shortest).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
            .Select(m => new PlantedMutant(m[0], m[1])),
    ];

    /// <summary>Runs seeds with each until one breaks a promise.</summary>
    public void Ask(IReadOnlyList<PlantedMutant> mutants, PlantedVerdicts verdicts)
    {
        string by = _seeds + " seeds";
        PlantedMutant[] open = [.. mutants.Where(m => !verdicts.WasMissed(m, by))];
        if (open.Length == 0)
            return;
        TimeSpan limit = Clean(verdicts.Sources) * SlowerMax;
        foreach (PlantedMutant mutant in open)
        {
            Ended ended = Run(["first-violation"], mutant.Name, limit > s_shortest ? limit : s_shortest);
            Console.Error.WriteLine($"{mutant.Promise} {mutant.Name}: {ended.Word}");
            if (ended.Code == NotCaught)
                verdicts.Missed(mutant, by);
            else
                verdicts.Caught(mutant, PlantedVerdicts.BySeeds + ended.Word);
        }
    }

    // How long the seeds take without a mutant. They must break nothing, or a mutant would be caught by luck.
    private TimeSpan Clean(string sources)
    {
        string file = Path.Combine(_folder, $"clean-{sources}-{_seeds}.txt");
        if (File.Exists(file))
            return TimeSpan.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        Stopwatch watch = Stopwatch.StartNew();
        Ended ended = Run(["first-violation"], "", s_cleanLimit);
        if (ended.Code != NotCaught)
        {
            throw new NoFigureException(
                $"without a mutant, {_seeds} seeds aren't clean, so nothing is judged: {ended.Word}");
        }

        Console.Error.WriteLine($"{_seeds} seeds without a mutant: clean, {watch.Elapsed.TotalSeconds:0} s");
        File.WriteAllText(file, watch.Elapsed.ToString("c", CultureInfo.InvariantCulture));
        return watch.Elapsed;
    }

    private Ended Run(string[] arguments, string mutant, TimeSpan limit)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(_sim, "Truce.Sim.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TRUCE_MUTATION"] = mutant;
        start.Environment["SEEDS"] = _seeds;
        start.Environment["JOBS"] = Settings.Jobs;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(limit))
            return new Ended(process.ExitCode, output.GetAwaiter().GetResult());
        process.Kill(entireProcessTree: true);
        return new Ended(null, "");
    }

    /// <summary>How a run ended.</summary>
    /// <param name="Code">Null: not within the time.</param>
    /// <param name="Output">What it printed.</param>
    private sealed record Ended(int? Code, string Output)
    {
        public string Word => Code switch
        {
            null => "no end",
            Caught or NotCaught => Output.TrimEnd().Split('\n')[^1],
            { } code => $"the simulator dies with {code}",
        };
    }
}
