using System.Xml;
using System.Xml.Linq;

namespace Truce.Verify;

/// <summary>What became of one test, recorded case or scenario that did not simply pass.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Why it failed or was skipped.</param>
internal sealed record TestNote(string Name, string Text);

/// <summary>What a suite, or all of them, came to.</summary>
/// <param name="Passed">Tests passed.</param>
/// <param name="Failures">Tests failed; a suite that crashed is one more.</param>
/// <param name="Skips">Tests not run, and why.</param>
internal sealed record Outcome(int Passed, IReadOnlyList<TestNote> Failures, IReadOnlyList<TestNote> Skips)
{
    /// <summary>The line that scripts read.</summary>
    public override string ToString() => $"{Passed} passed, {Failures.Count} failed, {Skips.Count} skipped";

    /// <summary>Both together.</summary>
    public static Outcome operator +(Outcome a, Outcome b) =>
        new(a.Passed + b.Passed, [.. a.Failures, .. b.Failures], [.. a.Skips, .. b.Skips]);
}

/// <summary>One test program.</summary>
/// <param name="Name">The project's name.</param>
internal sealed record Suite(string Name)
{
    private static readonly string[] s_signsOfMissing =
        ["isn't installed", "is not installed", "isn't built", "TRUCE_CASES", "TRUCE_PEER_LAB"];

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_downLimit = TimeSpan.FromMinutes(1);

    /// <summary>Real time and whole clusters: runs alone, after the others.</summary>
    public bool RunsAlone => Name is "Truce.EndToEnd";

    /// <summary>The tree that it was built in.</summary>
    public string Root { get; init; } = Repository.Root;

    /// <summary>Begins first: it takes longest, and would be waited for alone.</summary>
    private bool TakesLongest => Name is "Truce.Simulator.Tests";

    private string Program =>
        Path.Combine(Root, "tests", Name, "bin", Repository.Configuration, "net10.0", Name);

    /// <summary>Every test project of the tree.</summary>
    public static IReadOnlyList<Suite> All() =>
        [.. Directory.GetDirectories(Repository.At("tests"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => File.Exists(Repository.At("tests", name, name + ".csproj")))
            .Where(IsProgram)
            .Order(StringComparer.Ordinal)
            .Select(name => new Suite(name))
            .OrderByDescending(suite => suite.TakesLongest)];

    /// <summary>Runs it (or the classes given) and counts.</summary>
    /// <param name="filter">The classes; none: all.</param>
    /// <param name="environment">What its environment has besides ours.</param>
    /// <param name="limit">How long it may take; null: as long as a suite of <c>make test</c>.</param>
    public async Task<(Outcome Outcome, TimeSpan Took)> RunAsync(
        IReadOnlyList<string> filter, IReadOnlyDictionary<string, string>? environment = null,
            TimeSpan? limit = null)
    {
        if (!File.Exists(Program))
            return (Crash("it isn't built"), TimeSpan.Zero);
        string report = Path.Combine(Directory.CreateTempSubdirectory("truce-test").FullName, "report.xml");
        try
        {
            string[] threads = RunsAlone ? [] : ["-maxThreads", "1"];
            Ended ended = await Command.RunAsync(
                Program, ["-xml", report, "-noLogo", "-noColor", .. threads, .. filter], limit ?? s_limit,
                environment)
                .ConfigureAwait(false);
            if (ended.Code == -1)
                await TakeDownLabsAsync(ended.Process).ConfigureAwait(false);
            return (Judge(ended, report), ended.Took);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(report)!, recursive: true);
        }
    }

    // A test program that was killed can't take down the labs that it brought up; their folders bear its
    // number.
    private static async Task TakeDownLabsAsync(int process)
    {
        foreach (string folder in Directory.GetDirectories("/var/tmp", $"truce-e2e-{process}-*"))
        {
            Dictionary<string, string> lab = new() { ["TRUCE_LAB_DIR"] = folder };
            await Command.RunAsync(
                Repository.At("bin", "truce"), ["lab", "down"], s_downLimit, lab).ConfigureAwait(false);
        }
    }

    // Shared code for tests lives beside them and is no program.
    private static bool IsProgram(string name) =>
        !File.ReadAllText(Repository.At("tests", name, name + ".csproj"))
            .Contains("<OutputType>Library</OutputType>", StringComparison.Ordinal);

    /// <summary>What a run came to, from how the program ended and what it wrote down.</summary>
    public Outcome Judge(Ended ended, string report)
    {
        if (ended.Code == -1)
            return Crash($"no end after {ended.Took.TotalMinutes:F0} minutes") + Read(report);
        if (!File.Exists(report))
            return Crash($"no report; exit code {ended.Code}\n{Tail(ended.Output)}");
        Outcome outcome = Read(report);
        bool explained = ended.Code == 0 || outcome.Failures.Count > 0
            || (outcome.Passed == 0 && ended.Code == 1);
        return explained ? outcome : outcome + Crash($"exit code {ended.Code}\n{Tail(ended.Output)}");
    }

    private Outcome Crash(string why) => new(0, [new TestNote(Name, "the suite itself: " + why)], []);

    private Outcome Read(string report)
    {
        if (!File.Exists(report))
            return new Outcome(0, [], []);
        try
        {
            return Count(XDocument.Load(report));
        }
        catch (XmlException broken)
        {
            return Crash("its report ends early: " + broken.Message);
        }
    }

    private static Outcome Count(XDocument document)
    {
        XElement[] tests = [.. document.Descendants("test")];
        TestNote[] errors = [.. document.Descendants("error").Select(e => new TestNote(
            (string?)e.Attribute("name") ?? "clean-up",
            (string?)e.Descendants("message").FirstOrDefault() ?? ""))];
        TestNote[] failures = [.. With(tests, "Fail")
            .Select(t => new TestNote(NameOf(t), (string?)t.Element("failure")?.Element("message") ?? ""))];
        TestNote[] skips =
            [.. With(tests, "Skip").Select(t => new TestNote(NameOf(t), (string?)t.Element("reason") ?? ""))];
        return Strict(new Outcome(With(tests, "Pass").Count(), [.. failures, .. errors], skips));
    }

    // On a machine for continuous integration a tool or a folder that is missing is a failure. What can't be
    // had in its situation (no root, no systemd) remains a skip.
    private static Outcome Strict(Outcome outcome)
    {
        if (!Repository.IsContinuousIntegration)
            return outcome;
        ILookup<bool, TestNote> skips = outcome.Skips.ToLookup(s => IsMissing(s.Text));
        IEnumerable<TestNote> missing = skips[true].Select(s => s with { Text = "skipped: " + s.Text });
        return new Outcome(outcome.Passed, [.. outcome.Failures, .. missing], [.. skips[false]]);
    }

    private static bool IsMissing(string reason) =>
        s_signsOfMissing.Any(sign => reason.Contains(sign, StringComparison.Ordinal));

    private static IEnumerable<XElement> With(XElement[] tests, string result) =>
        tests.Where(t => (string?)t.Attribute("result") == result);

    // The report writes a quotation mark as \" and a backslash as \\, beyond what XML asks for.
    private static string NameOf(XElement test) =>
        ((string?)test.Attribute("name") ?? "?").Replace("\\\"", "\"", StringComparison.Ordinal);

    private static string Tail(string output) => string.Join('\n', output.TrimEnd().Split('\n').TakeLast(30));
}
