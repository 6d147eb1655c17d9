using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Truce.Mutants.Running;

/// <summary>
/// The process that runs tests against mutants: started from the copy of a suite's folder in which the
/// mutated
/// assembly lies. Its words are lines that begin with @@; what tests print is thrown away.
/// </summary>
internal static class Worker
{
    private static readonly TextWriter s_out = new StreamWriter(
        Console.OpenStandardOutput()) { AutoFlush = true };

    /// <summary><c>cover SUITE SWITCH</c>: each test, and which mutants it passes. <c>judge SUITE SWITCH
    /// COVERAGE</c>:
    /// answers for each number that it reads.</summary>
    public static int Run(string[] arguments)
    {
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
        Assembly suite = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, arguments[1] + ".dll"));
        string[] named = arguments[2].Split(':');
        Switchboard switches = new(Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, named[0]
            + ".dll")).GetType(named[1])!);
        TestUnit[] recorded = [.. RecordedCaseTests.Of(suite)];
        IReadOnlyList<TestUnit> tests = recorded.Length > 0 ? recorded : ReflectedTests.Of(suite);
        if (arguments[0] == "cover")
            Cover(tests, switches);
        else
            Judge(tests, switches, Coverage.Read(arguments[3]), recorded.Length > 0);
        Environment.Exit(0);
        return 0;
    }

    private static void Cover(IReadOnlyList<TestUnit> tests, Switchboard switches)
    {
        switches.Record();
        foreach (TestUnit test in tests)
        {
            s_out.WriteLine($"@@B {test.Name}");
            switches.Hits();
            Stopwatch watch = Stopwatch.StartNew();
            string? failure = test.Run();
            double first = watch.Elapsed.TotalMilliseconds;
            string result = failure is null ? "ok" : "failed: " + Line(failure);
            s_out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"@@T {test.Name}\t{first:0.0}\t{result}\t{string.Join(',', switches.Hits())}"));
        }

        s_out.WriteLine("@@E");
    }

    private static void Judge(
        IReadOnlyList<TestUnit> tests, Switchboard switches, Coverage coverage, bool needsBaseline)
    {
        HashSet<string>? baseline = needsBaseline ? [] : null;
        Dictionary<string, TestUnit> byName = tests.GroupBy(t => t.Name).ToDictionary(g => g.Key, g =>
            g.First());
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            bool isAlone = words.Length > 2;
            IEnumerable<string> names = isAlone ? coverage.Good : coverage.Of(words[0]);
            TestUnit[] units = [.. names.Where(byName.ContainsKey).Select(n => byName[n])
                .Take(int.Parse(words[1], CultureInfo.InvariantCulture))];
            s_out.WriteLine("@@" + (isAlone ? Alone(units) : Answer(units, words[0], switches, baseline)));
        }
    }

    // A test that fails with the mutant must pass without it, or the process is spoilt, and fail with it once
    // more, or it failed by chance.
    private static string Answer(TestUnit[] units, string mutant, Switchboard switches,
        HashSet<string>? baseline)
    {
        foreach (TestUnit unit in units)
        {
            if (baseline?.Add(unit.Name) == true)
                unit.Run();
            if (Run(unit, mutant, switches) is null)
                continue;
            if (unit.Run() is not null)
                return "P";
            if (Run(unit, mutant, switches) is not null)
                return $"K {unit.Name}";
        }

        return "S";
    }

    private static string? Run(TestUnit unit, string mutant, Switchboard switches)
    {
        switches.Select(mutant);
        string? failure = unit.Run();
        switches.Select(null);
        return failure;
    }

    // The mutant has been on since the process began.
    private static string Alone(TestUnit[] units) =>
        units.FirstOrDefault(u => u.Run() is not null) is { } caught ? $"K {caught.Name}" : "S";

    private static string Line(string text) => text.Split('\n')[0].Replace('\t', ' ');
}

/// <summary>The switch that was compiled in with the mutants.</summary>
internal sealed class Switchboard(Type type)
{
    private readonly Action<string?> _select = type.GetMethod("Select")!.CreateDelegate<Action<string?>>();
    private readonly Action _record = type.GetMethod("Record")!.CreateDelegate<Action>();
    private readonly Func<string[]> _hits = type.GetMethod("Hits")!.CreateDelegate<Func<string[]>>();

    /// <summary>Turns one on; null: none.</summary>
    public void Select(string? mutant) => _select(mutant);

    /// <summary>Begins to take note of what is passed.</summary>
    public void Record() => _record();

    /// <summary>What was passed since the last call.</summary>
    public string[] Hits() => _hits();
}
