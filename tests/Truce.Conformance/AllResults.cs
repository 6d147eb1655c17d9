using Truce.Conformance.Judging;

namespace Truce.Conformance;

/// <summary>What the scheduler decides for every recorded case, worked out once for all tests that judge it.</summary>
internal static class AllResults
{
    private static readonly IReadOnlyList<string> s_folders = CaseSet.FindFolders();
    private static readonly Lazy<IReadOnlyDictionary<string, CaseResult>> s_results = new(
        () => Judging.Conformance.Run([.. s_folders.SelectMany(CaseSet.Load)])
            .ToDictionary(r => r.Case.Name));

    /// <summary>The names of the sets.</summary>
    public static TheoryData<string> Sets =>
        [.. s_folders.Count == 0 ? ["(no recorded cases)"] : s_folders.Select(Floor.NameOf)];

    /// <summary>The names of the cases; one that tells of their absence, so that their tests are counted as skipped.</summary>
    public static TheoryData<string> Cases =>
        [.. s_folders.Count == 0
            ? ["(no recorded cases)"]
            : s_folders.SelectMany(CaseSet.Load).Select(c => c.Name)];

    /// <summary>The results by case.</summary>
    public static IReadOnlyDictionary<string, CaseResult> ByName => s_results.Value;
}
