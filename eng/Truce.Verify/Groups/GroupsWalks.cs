using System.Globalization;
using System.Text.RegularExpressions;
using Truce.Verify.Corosync;

namespace Truce.Verify.Groups;

/// <summary>The protocol machine alone: every order of events within a bound, and seeds. Seeds are run in
/// parts and kept, so that runs add up as long as the sources stay as they are.</summary>
internal static partial class GroupsWalks
{
    private const string Project = "eng/Truce.Explore/Truce.Explore.csproj";
    private const string Worlds = "tests/Truce.Groups.Tests/Truce.Groups.Tests.csproj";
    private const int SeedsReach = 20_000;
    private const int Part = 500;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(60);

    /// <summary>Every order within the bound.</summary>
    public static Row Explore { get; } = new(
        "explore",
        "3 servers, 4 clients, every order of joins, votes, failures: bound exhausted, nothing broken",
        ExploreAsync);

    /// <summary>20,000 of them, over runs.</summary>
    public static Row Seeds { get; } = new(
        "seeds", string.Create(
            CultureInfo.InvariantCulture,
            $"{SeedsReach:N0} seeds with faults (SEEDS= each run): one order, none lost, one holder"),
        SeedsAsync);

    private static async Task<RowResult> ExploreAsync()
    {
        if (await BuildAsync().ConfigureAwait(false) is { } problem)
            return RowResult.If(false, problem);
        Ended ended = await RunAsync("groups", []).ConfigureAwait(false);
        return RowResult.If(
            ended.Code == 0 && Whole().IsMatch(ended.LastLine), ended.LastLine);
    }

    private static async Task<RowResult> SeedsAsync()
    {
        if (await BuildAsync().ConfigureAwait(false) is { } problem)
            return RowResult.If(false, problem);
        string folder = Repository.At(
            "artifacts", "verify", "groups-seeds", await SourceKey.OfAsync(Project).ConfigureAwait(false)
                + await SourceKey.OfAsync(Worlds).ConfigureAwait(false));
        Directory.CreateDirectory(folder);
        int wanted = CorosyncRows.Number("SEEDS", SeedsReach);
        (long seeds, long notices) = (0, 0);
        for (int first = 1; first <= SeedsReach; first += Part)
        {
            string file = Path.Combine(
                folder, string.Create(CultureInfo.InvariantCulture, $"{first:D6}"));
            if (!File.Exists(file) && wanted > 0)
            {
                wanted -= Part;
                Ended ended = await RunAsync(
                    "groups-seeds", new() { ["FIRST"] = $"{first}", ["SEEDS"] = $"{Part}" })
                    .ConfigureAwait(false);
                if (ended.Code != 0)
                    return RowResult.If(false, $"from seed {first}: {ended.LastLine}");
                await File.WriteAllTextAsync(file, ended.LastLine).ConfigureAwait(false);
            }

            if (!File.Exists(file))
                continue;
            Match told = Told().Match(await File.ReadAllTextAsync(file).ConfigureAwait(false));
            seeds += long.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture);
            notices += long.Parse(told.Groups[2].Value, CultureInfo.InvariantCulture);
        }

        return RowResult.If(seeds >= SeedsReach, $"{seeds} seeds, 0 violations, {notices} notices");
    }

    private static async Task<string?> BuildAsync()
    {
        Ended built = await Command.RunAsync(
            "dotnet", ["build", "eng/Truce.Explore", "-c", "Release", "-v", "q", "-clp:ErrorsOnly"],
            TimeSpan.FromMinutes(10)).ConfigureAwait(false);
        return built.Code == 0 ? null : $"can't be built: {built.LastLine}";
    }

    private static Task<Ended> RunAsync(string what, Dictionary<string, string> environment) =>
        Command.RunAsync(
            "dotnet", [Repository.At("eng/Truce.Explore/bin/Release/net10.0/Truce.Explore.dll"), what],
            s_limit, environment);

    [GeneratedRegex("^[0-9]+ states, depth [0-9]+, bound exhausted, 0 violations$")]
    private static partial Regex Whole();

    [GeneratedRegex("^([0-9]+) seeds, 0 violations, ([0-9]+) notices$")]
    private static partial Regex Told();
}
