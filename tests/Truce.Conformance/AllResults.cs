using Truce.Conformance.Judging;

namespace Truce.Conformance;

/// <summary>What the scheduler decides for every recorded case, worked out once for all tests that judge it.</summary>
internal static class AllResults
{
    private static readonly string? s_folder = CaseSet.FindFolder();
    private static readonly Lazy<IReadOnlyDictionary<string, CaseResult>> s_results = new(
        () => Judging.Conformance.Run(CaseSet.Load(s_folder!)).ToDictionary(r => r.Case.Name));

    /// <summary>The names of the cases; one that tells of their absence, so that their tests are counted as skipped.</summary>
    public static TheoryData<string> Cases =>
        [.. s_folder is null ? ["(no recorded cases)"] : CaseSet.Load(s_folder).Select(c => c.Name)];

    /// <summary>The results by case.</summary>
    public static IReadOnlyDictionary<string, CaseResult> ByName => s_results.Value;
}
