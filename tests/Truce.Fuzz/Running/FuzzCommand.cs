using System.Diagnostics;
using System.Globalization;

namespace Truce.Fuzz.Running;

/// <summary><c>make fuzz [TARGET=…] [MINUTES=…]</c>.</summary>
internal static class FuzzCommand
{
    /// <summary>Runs itself again, with a probe before every line.</summary>
    public static int Instrumented(string[] options)
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "fuzz", "bin");
        LineProbes.Copy(AppContext.BaseDirectory, folder);
        ProcessStartInfo again = new(
            "dotnet", [Path.Combine(folder, "Truce.Fuzz.dll"), "fuzz-here", .. options]);
        using Process process = Process.Start(again)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Fuzzes in this process; 1 if there were findings.</summary>
    public static int Here(string[] options)
    {
        string wanted = Option(options, "TARGET") ?? "";
        double minutes = double.Parse(Option(options, "MINUTES") ?? "1", CultureInfo.InvariantCulture);
        int seed = int.Parse(Option(options, "SEED") ?? "1", CultureInfo.InvariantCulture);
        FuzzTarget[] targets =
            [.. AllTargets.All.Where(t => wanted.Length == 0 || wanted.Split(',').Contains(t.Name))];
        if (targets.Length == 0)
        {
            Console.Error.WriteLine(
                $"no such target: {wanted}; do: one of {string.Join(", ", AllTargets.All.Select(t => t.Name))}");
            return 2;
        }

        long runs = 0;
        List<Finding> findings = [];
        foreach (FuzzTarget target in targets)
        {
            FuzzResult result = Run(target, seed, TimeSpan.FromMinutes(minutes) / targets.Length);
            runs += result.Runs;
            findings.AddRange(result.Findings);
        }

        if (Lines() is { } lines)
            Console.WriteLine($"lines covered: {LineHits.Reached} of {lines}");
        Console.WriteLine($"{runs} runs, {findings.Count} findings");
        return findings.Count == 0 ? 0 : 1;
    }

    /// <summary>Weaves the probes alone: what <see cref="First"/> runs on.</summary>
    public static int Weave()
    {
        LineProbes.Copy(AppContext.BaseDirectory, Path.Combine(Repository.Root, "artifacts", "fuzz", "bin"));
        return 0;
    }

    /// <summary>Ends at the target's first finding, whose input goes to FILE: how planted defects are
    /// caught.</summary>
    public static int First(string[] options)
    {
        FuzzTarget target = AllTargets.All.Single(t => t.Name == Option(options, "TARGET"));
        int most = int.Parse(Option(options, "RUNS")!, CultureInfo.InvariantCulture);
        int seed = int.Parse(Option(options, "SEED") ?? "1", CultureInfo.InvariantCulture);
        FuzzLoop loop = new(target, seed) { FindingsMax = 1 };
        FuzzResult result = loop.Run(runs => runs < most);
        if (result.Findings is not [var finding, ..])
        {
            Console.WriteLine($"NOT CAUGHT within {result.Runs} runs");
            return 1;
        }

        File.WriteAllBytes(Option(options, "FILE")!, finding.Input);
        Console.WriteLine($"CAUGHT after {result.Runs} runs: {finding.What.Split('\n')[0]}");
        return 0;
    }

    /// <summary>Tries the input of FILE again: 0 where it does nothing that none may.</summary>
    public static int Again(string[] options)
    {
        FuzzTarget target = AllTargets.All.Single(t => t.Name == Option(options, "TARGET"));
        string? problem = FuzzLoop.Problem(target, File.ReadAllBytes(Option(options, "FILE")!));
        Console.WriteLine(problem ?? "an answer");
        return problem is null ? 0 : 1;
    }

    private static FuzzResult Run(FuzzTarget target, int seed, TimeSpan time)
    {
        long began = Stopwatch.GetTimestamp();
        int reached = LineHits.Reached;
        FuzzResult result = new FuzzLoop(target, seed).Run(_ => Stopwatch.GetElapsedTime(began) < time);
        Console.WriteLine(
            $"{target.Name,-16} {result.Runs,9} runs, {LineHits.Reached - reached} new lines, {result.Kept} inputs kept, {result.Findings.Count} findings");
        foreach (Finding finding in result.Findings)
        {
            string file = Path.Combine(Repository.Root, "tests", "Truce.Fuzz", "findings", finding.File);
            File.WriteAllBytes(file, finding.Input);
            Console.WriteLine($"  {file}\n    {string.Join("\n    ", finding.What.Split('\n').Take(6))}");
        }

        return result;
    }

    private static string? Lines()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "lines");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private static string? Option(string[] options, string name) =>
        options.FirstOrDefault(o => o.StartsWith(name + "=", StringComparison.Ordinal)) is { } option
            && option.Length > name.Length + 1
            ? option[(name.Length + 1)..]
            : null;
}

/// <summary>The tree that this was built of.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Truce.slnx")) ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException(
            "no repository around this program"));
}
