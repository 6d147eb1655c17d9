using System.Globalization;

namespace Truce.Mutants.Running;

/// <summary>Which tests pass which mutants, and how long they take.</summary>
internal sealed class Coverage
{
    private const double SlowestMs = 10_000;
    private readonly Dictionary<string, List<string>> _tests = [];
    private readonly Dictionary<string, double> _took = [];
    private readonly List<string> _good = [];

    /// <summary>Tests that pass without a mutant and aren't too slow to be run hundreds of times.</summary>
    public IReadOnlyList<string> Good => _good;

    /// <summary>Tests that fail without any mutant.</summary>
    public List<string> Failing { get; } = [];

    /// <summary>Tests left out because they take too long.</summary>
    public List<string> Slow { get; } = [];

    /// <summary>How long all take.</summary>
    public TimeSpan Took => TimeSpan.FromMilliseconds(_took.Values.Sum());

    /// <summary>Reads what a worker noted.</summary>
    public static Coverage Read(string file)
    {
        Coverage coverage = new();
        foreach (string[] parts in File.ReadLines(file).Select(l => l.Split('\t')))
            coverage.Add(parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3]);
        foreach (List<string> tests in coverage._tests.Values)
            tests.Sort((a, b) => coverage._took[a].CompareTo(coverage._took[b]));
        return coverage;
    }

    /// <summary>The tests that pass a mutant, the fastest first.</summary>
    public IReadOnlyList<string> Of(string mutant) => _tests.GetValueOrDefault(mutant) ?? [];

    /// <summary>How long those take.</summary>
    public TimeSpan TimeOf(string mutant, int most) =>
        TimeSpan.FromMilliseconds(Of(mutant).Take(most).Sum(t => _took[t]));

    private void Add(string test, double ms, string result, string hits)
    {
        if (result != "ok")
        {
            Failing.Add(test + " " + result);
            return;
        }

        if (ms > SlowestMs)
        {
            Slow.Add(test);
            return;
        }

        if (!_took.TryAdd(test, ms))
            return;
        _good.Add(test);
        foreach (string mutant in hits.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!_tests.TryGetValue(mutant, out List<string>? tests))
                _tests[mutant] = tests = [];
            tests.Add(test);
        }
    }
}
