namespace Truce.Verify.Safe;

/// <summary>A damaged database, each kind at each moment, on three hosts over Corosync.</summary>
internal static class StoreRow
{
    private const int CasesMin = 16;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(45);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "store",
        "8 kinds of damage, at start and running: no reset, no shot, no change lost, the remedy works",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        (Outcome outcome, _) = await new Suite("Truce.EndToEnd").RunAsync(
            ["-class", "Truce.EndToEnd.Corosync.StoreDamage", "-explicit", "only"], null, s_limit)
            .ConfigureAwait(false);
        string figure = $"{outcome.Passed} of {CasesMin} cases";
        if (outcome.Failures.Count > 0)
        {
            return RowResult.If(false, $"{figure}; then " + string.Join(
                "; ", outcome.Failures.Select(f => $"{f.Name}: {f.Text.Split('\n')[0]}")));
        }

        return outcome.Skips.Count > 0
            ? RowResult.Skip(outcome.Skips[0].Text)
            : RowResult.If(outcome.Passed >= CasesMin, figure);
    }
}
