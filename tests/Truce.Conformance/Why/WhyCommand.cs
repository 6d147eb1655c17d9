using Truce.Conformance.Judging;

namespace Truce.Conformance.Why;

/// <summary><c>why FOLDER…</c>: the reasons of every cluster of these folders; ends with the
/// figures.</summary>
internal static class WhyCommand
{
    private const int ShownMax = 200;

    /// <summary>Exit code 1 where anything is wrong.</summary>
    public static int Run(string[] folders, TextWriter output)
    {
        RecordedCase[] cases = [.. folders.SelectMany(CaseSet.Load)];
        WhySweep[] sweeps = new WhySweep[cases.Length];
        Parallel.For(
            0, cases.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 },
            i => sweeps[i] = WhySweep.Of(cases[i]));
        string[] wrong = [.. sweeps.SelectMany(s => s.Wrong)];
        foreach (string one in wrong.Take(ShownMax))
            output.WriteLine(one);
        output.WriteLine(
            $"{cases.Length} clusters, {sweeps.Sum(s => s.Sentences)} stopped, moved, blocked or waiting "
                + $"instances with a sentence, "
            + $"{sweeps.Sum(s => s.Forbidden)} forbidden places with a cause, {wrong.Length} answers wrong");
        return wrong.Length == 0 && cases.Length > 0 ? 0 : 1;
    }
}
