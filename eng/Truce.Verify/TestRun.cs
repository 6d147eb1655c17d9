using System.Globalization;

namespace Truce.Verify;

/// <summary>All suites, two at a time, and one honest last line.</summary>
internal static class TestRun
{
    private const int SuitesAtOnce = 2;

    /// <summary>Runs the suites named, or all; 0 if nothing failed.</summary>
    public static async Task<int> RunAsync(string[] names)
    {
        IReadOnlyList<Suite> suites = names.Length == 0 ? Suite.All() : [.. names.Select(n => new Suite(n))];
        using SemaphoreSlim slots = new(SuitesAtOnce);
        Outcome[] together = await Task.WhenAll(
            suites.Where(s => !s.RunsAlone).Select(s => InSlotAsync(s, slots)))
            .ConfigureAwait(false);
        Outcome total = together.Aggregate(new Outcome(0, [], []), (sum, one) => sum + one);
        foreach (Suite suite in suites.Where(s => s.RunsAlone))
            total += await OneAsync(suite).ConfigureAwait(false);
        Tell(total);
        Console.WriteLine(total);
        return total.Failures.Count == 0 ? 0 : 1;
    }

    private static async Task<Outcome> InSlotAsync(Suite suite, SemaphoreSlim slots)
    {
        await slots.WaitAsync().ConfigureAwait(false);
        try
        {
            return await OneAsync(suite).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }

    private static async Task<Outcome> OneAsync(Suite suite)
    {
        (Outcome outcome, TimeSpan took) = await suite.RunAsync([]).ConfigureAwait(false);
        string seconds = took.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        Console.WriteLine($"{suite.Name,-32} {outcome} ({seconds} s)");
        foreach (TestNote failure in outcome.Failures)
            Console.WriteLine($"  FAILED {failure.Name}");
        return outcome;
    }

    private static void Tell(Outcome total)
    {
        foreach (TestNote failure in total.Failures)
            Console.WriteLine($"\nFAILED {failure.Name}\n{Indent(failure.Text)}");
        foreach (IGrouping<string, TestNote> reason in total.Skips.GroupBy(s => s.Text))
            Console.WriteLine($"\nSKIPPED {reason.Count()}: {reason.Key}");
        Console.WriteLine();
    }

    private static string Indent(string text) => "    " + text.Trim().ReplaceLineEndings("\n    ");
}
