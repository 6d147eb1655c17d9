namespace Truce.Verify;

/// <summary>Where recorded clusters are: the folders that TRUCE_CASES names, parted by colons, or those
/// beside the repository.</summary>
internal static class RecordedFolders
{
    private static readonly string[] s_beside = ["scheduler-cases", "scheduler-cases-2"];

    /// <summary>Those that are there, the first set first.</summary>
    public static IReadOnlyList<string> All { get; } = Find();

    /// <summary>The first set, whether it is there or not.</summary>
    public static string First =>
        All is [var first, ..] ? first : Repository.At("..", "shared", "scheduler-cases");

    /// <summary>Situations from the field, within the first set or beside it; where they would be, if they
    /// are nowhere.</summary>
    public static string Field
    {
        get
        {
            string[] places = [Path.Combine(First, "field-cases"), Path.Combine(First, "..", "field-cases")];
            return Path.GetFullPath(places.FirstOrDefault(Directory.Exists) ?? places[0]);
        }
    }

    private static string[] Find()
    {
        string? named = Environment.GetEnvironmentVariable("TRUCE_CASES");
        string[] folders = string.IsNullOrEmpty(named)
            ? [.. s_beside.Select(name => Repository.At("..", "shared", name))]
            : named.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return [.. folders.Where(Directory.Exists)];
    }
}
