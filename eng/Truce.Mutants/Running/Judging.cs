namespace Truce.Mutants.Running;

/// <summary>A suite whose folder holds the mutated assembly.</summary>
/// <param name="Name">The test project.</param>
/// <param name="Folder">Where it can be run.</param>
/// <param name="Coverage">Where its coverage is kept.</param>
internal sealed record StagedSuite(string Name, string Folder, string Coverage);

/// <summary>What is asked about one mutant.</summary>
/// <param name="Id">What its switch calls it.</param>
/// <param name="IsAlone">It sits in what runs once: it has a process of its own.</param>
internal sealed record Question(string Id, bool IsAlone);

/// <summary>What became of a mutant in a suite.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>A test failed, or nothing came back in time.</summary>
    public sealed record Killed(string By) : Verdict;

    /// <summary>Tests passed it and noticed nothing.</summary>
    public sealed record Survived : Verdict;

    /// <summary>No test passes it.</summary>
    public sealed record Uncovered : Verdict;
}

/// <summary>Asks a suite about mutants: several to a process; one that hangs or dies has caught the mutant
/// and is replaced.</summary>
internal sealed class Judging : IDisposable
{
    private const int PatienceOnceMore = 3;
    private static readonly TimeSpan s_coverLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_aloneLimit = TimeSpan.FromSeconds(90);
    private readonly StagedSuite _suite;
    private readonly string _switchType;
    private readonly int _testsMax;
    private WorkerProcess? _worker;
    private bool _warm;

    /// <summary>Begins with the suite's coverage, which is taken if it isn't there yet.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="switchType">Assembly and type of the switch.</param>
    /// <param name="testsMax">How many tests are run for each mutant at most.</param>
    public Judging(StagedSuite suite, string switchType, int testsMax)
    {
        (_suite, _switchType, _testsMax) = (suite, switchType, testsMax);
        Coverage = Cover(suite, switchType);
    }

    /// <summary>The test project.</summary>
    public string Suite => _suite.Name;

    /// <summary>What its verdicts depend on besides the sources: the tests, and how many are run.</summary>
    public string Key => $"{Path.GetFileNameWithoutExtension(_suite.Coverage)}-{_testsMax}";

    /// <summary>The suite's coverage.</summary>
    public Coverage Coverage { get; }

    /// <summary>What the suite says of one mutant.</summary>
    public Verdict Ask(Question question)
    {
        if (question.IsAlone)
            return AskAlone(question);
        if (Coverage.Of(question.Id).Count == 0)
            return new Verdict.Uncovered();
        string? answer = Answer(question, 1);
        if (answer == "P")
        {
            Restart();
            answer = Answer(question, 1);
        }

        // On a machine that has much else to do, a test may need longer than it did alone.
        return Read(answer ?? Answer(question, PatienceOnceMore));
    }

    /// <inheritdoc/>
    public void Dispose() => _worker?.Dispose();

    private string? Answer(Question question, int patience)
    {
        if (_worker is null)
        {
            _worker = new WorkerProcess(_suite.Folder, _suite.Name, ["judge", _suite.Name, _switchType,
                _suite.Coverage]);
            _warm = false;
        }

        TimeSpan limit = (s_patience + (Coverage.TimeOf(question.Id, _testsMax) * 3)) * patience;
        if (!_warm)
            limit += TimeSpan.FromSeconds(20);
        _warm = true;
        _worker.Say($"{question.Id} {_testsMax}");
        string? answer = _worker.Hear(limit);
        if (answer is null)
            Restart();
        return answer;
    }

    private Verdict AskAlone(Question question)
    {
        using WorkerProcess worker = new(
            _suite.Folder, _suite.Name, ["judge", _suite.Name, _switchType, _suite.Coverage], question.Id);
        worker.Say($"{question.Id} {int.MaxValue} alone");
        return Read(worker.Hear(s_aloneLimit));
    }

    private void Restart()
    {
        _worker?.Dispose();
        _worker = null;
    }

    private static Verdict Read(string? answer) => answer switch
    {
        null => new Verdict.Killed("time limit or crash"),
        "S" => new Verdict.Survived(),
        "P" => new Verdict.Killed("a spoilt process, twice"),
        _ => new Verdict.Killed(answer[2..]),
    };

    private static Coverage Cover(StagedSuite suite, string switchType)
    {
        if (!File.Exists(suite.Coverage))
        {
            using WorkerProcess worker = new(suite.Folder, suite.Name, ["cover", suite.Name, switchType]);
            List<string> lines = [];
            string last = "none";
            string? line;
            while ((line = worker.Hear(s_coverLimit)) is not null and not "E")
            {
                last = line[2..];
                if (line.StartsWith("T ", StringComparison.Ordinal))
                    lines.Add(last);
            }

            if (line is null)
                throw new NoFigureException(
                    $"{suite.Name} ends in the middle, at {last.Split('\t')[0]}: {worker.Complaint}");
            File.WriteAllLines(suite.Coverage, lines);
        }

        Coverage coverage = Coverage.Read(suite.Coverage);
        Console.Error.WriteLine(
            $"{suite.Name}: {coverage.Good.Count} tests, {coverage.Took.TotalSeconds:0.0} s");
        foreach (string slow in coverage.Slow)
            Console.Error.WriteLine($"{suite.Name}: left out as too slow: {slow}");
        foreach (string failing in coverage.Failing)
            Console.Error.WriteLine($"{suite.Name}: fails without a mutant: {failing}");
        return coverage;
    }
}
