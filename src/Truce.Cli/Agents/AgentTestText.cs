using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Truce.Agents.Bench;
using Truce.Cli.Printing;

namespace Truce.Cli.Agents;

/// <summary>The results of <c>truce agent test</c>, for people and for pipelines.</summary>
internal static class AgentTestText
{
    private const int Indent = 4;

    /// <summary>Writes the report: what is wrong with evidence and remedy, what is right in a line.</summary>
    public static void Write(TextWriter output, BenchReport report, int columns)
    {
        foreach (IGrouping<Promise, CheckResult> promise in report.Results.GroupBy(r => r.Promise))
        {
            output.WriteLine($"{Title(promise.Key)}: {Word(promise.Select(r => r.Verdict))}");
            foreach (CheckResult result in promise)
                Write(output, result, columns);
        }

        WriteTimes(output, report, columns);
        int condemned = report.Results.Count(r => r.Verdict == Verdict.Condemned);
        int untested = report.Results.Count(r => r.Verdict == Verdict.NotTested);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Agent}: {report.Results.Length} checks, {condemned} condemn it, {untested} not tested, "
            + $"{report.Took.TotalSeconds:0.0} s"));
    }

    /// <summary>As JUnit XML: a test case for each check.</summary>
    public static string JUnit(BenchReport report) => new XDocument(new XElement("testsuite",
        new XAttribute("name", report.Agent),
        new XAttribute("tests", report.Results.Length),
        new XAttribute("failures", report.Results.Count(r => r.Verdict == Verdict.Condemned)),
        new XAttribute("skipped", report.Results.Count(IsSkipped)),
        new XAttribute("time", Seconds(report.Took)),
        report.Results.Select(Case))).ToString();

    /// <summary>The word for a verdict.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Condemned => "CONDEMNED",
        Verdict.Advised => "advised",
        Verdict.NotTested => "not tested",
        Verdict.NotApplicable => "not applicable",
    };

    private static string Word(IEnumerable<Verdict> verdicts)
    {
        List<Verdict> all = [.. verdicts];
        return all.Contains(Verdict.Condemned) ? "broken"
            : all.TrueForAll(v => v is Verdict.NotTested or Verdict.NotApplicable) ? "not tested"
            : all.Contains(Verdict.NotTested) ? "kept as far as tested"
            : "kept";
    }

    private static void Write(TextWriter output, CheckResult result, int columns)
    {
        output.WriteLine($"  {result.Check,-22}{Word(result.Verdict)}");
        foreach (Evidence one in result.Evidence.Where(e => e.Verdict != Verdict.Passed))
        {
            Wrapped.Write(output, $"    {one.What}", columns, Indent + 2);
            if (one.Place is { } place)
                output.WriteLine($"      at {place}");
        }

        if (result.Verdict is Verdict.Condemned or Verdict.Advised)
            Wrapped.Write(output, $"    do: {result.Fix}", columns, Indent + 2);
    }

    private static void WriteTimes(TextWriter output, BenchReport report, int columns)
    {
        Table times = new("ACTION", "LOAD", "RUNS", "LEAST", "MEDIAN", "MOST", "TIMEOUT", "RECOMMENDED");
        foreach (ActionTime t in report.Times)
            times.Add(t.Name, t.Load, t.Runs.ToString(CultureInfo.InvariantCulture), Milliseconds(t.Least),
                Milliseconds(t.Median), Milliseconds(t.Most),
                (t.Configured ?? t.Advertised) is { } timeout ? $"{Seconds(timeout)}s" : "-",
                $"{Seconds(t.Recommended)}s");
        times.WriteTo(output, columns);
        if (report.StopCost is { } cost)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"stop with nothing to stop: {cost.Programs} programs, {cost.Processes} processes, "
                + $"{cost.SystemCalls?.ToString(CultureInfo.InvariantCulture) ?? "?"} system calls, "
                + $"{cost.Took.TotalMilliseconds:0} ms"));
    }

    private static XElement Case(CheckResult result)
    {
        XElement one =
            new("testcase", new XAttribute("classname", result.Promise), new XAttribute("name", result.Check),
            new XAttribute("time", Seconds(result.Took)));
        string text = string.Join('\n', result.Evidence.Select(
            e => e.Place is { } place ? $"{e.What} at {place}" : e.What));
        if (result.Verdict == Verdict.Condemned)
            one.Add(
                new XElement("failure", new XAttribute("message", Printable(result.Evidence[0].What)),
                    Printable(text)));
        else if (IsSkipped(result))
            one.Add(new XElement("skipped", new XAttribute("message", Printable(text))));
        else if (text.Length > 0)
            one.Add(new XElement("system-out", Printable(text)));
        return one;
    }

    private static bool IsSkipped(CheckResult result) =>
        result.Verdict is Verdict.NotTested or Verdict.NotApplicable;

    // What an agent prints may hold characters that XML has no place for. Half a surrogate becomes U+FFFD.
    private static string Printable(string text)
    {
        StringBuilder kept = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune)
                && (!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)))
                kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    private static string Title(Promise promise) => promise switch
    {
        Promise.Contract => "The contract of OCF agents",
        Promise.Stop => "Stop succeeds unless the resource can't be stopped",
        Promise.Alone => "Stop touches nothing but its resource",
        Promise.Time => "Time",
        Promise.Script => "The script",
    };

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";
}
