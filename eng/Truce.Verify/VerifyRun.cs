using System.ComponentModel;
using System.Text.Json;

namespace Truce.Verify;

/// <summary><c>make verify-NAME</c>: a line a row, kept between runs of the same commit.</summary>
internal static class VerifyRun
{
    /// <summary>Takes the rows asked for; 0 only if every one of them passes.</summary>
    public static async Task<int> RunAsync(string name)
    {
        if (!Verifications.All.TryGetValue(name, out IReadOnlyList<Row>? all))
            return Usage(
                $"no verification is called {name}; there are: {string.Join(", ", Verifications.All.Keys)}");
        string[] asked = (Environment.GetEnvironmentVariable("ROWS") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] unknown = [.. asked.Except(all.Select(r => r.Name))];
        if (unknown.Length > 0)
            return Usage(
                $"no row {string.Join(", ", unknown)}; there are: {string.Join(", ", all.Select(r => r.Name))}");
        VerifyStore store = await VerifyStore.OpenAsync(name).ConfigureAwait(false);
        int short_ = 0;
        foreach (Row row in asked.Length == 0 ? all : all.Where(r => asked.Contains(r.Name)))
            short_ += await TakeAsync(row, store, again: asked.Length > 0).ConfigureAwait(false) ? 0 : 1;
        return short_ == 0 ? 0 : 1;
    }

    // A row that passed at this commit is not taken again, unless it is asked for by name.
    private static async Task<bool> TakeAsync(Row row, VerifyStore store, bool again)
    {
        if (!again && store.Passed(row.Name) is { } kept)
        {
            Print(row, kept.Result, $" (taken {kept.Date})");
            return true;
        }

        RowResult result = await TakenAsync(row).ConfigureAwait(false);
        store.Keep(row, result);
        Print(row, result, "");
        return result.Verdict == Verdict.Pass;
    }

    // A tool that can't be run, or prints what nobody can read, fails its row and leaves the others their
    // turn.
    private static async Task<RowResult> TakenAsync(Row row)
    {
        try
        {
            return await row.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or TimeoutException or Win32Exception or FormatException
            or JsonException)
        {
            return new RowResult(Verdict.Fail, $"not measured: {e.Message}");
        }
    }

    private static void Print(Row row, RowResult result, string note) =>
        Console.WriteLine(
            $"{VerifyStore.Word(result.Verdict)} {row.Name} | {result.Figure}{note} | {row.Reach}");

    private static int Usage(string problem)
    {
        Console.Error.WriteLine(problem);
        return 2;
    }
}
