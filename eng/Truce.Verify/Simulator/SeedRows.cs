using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Truce.Verify;

/// <summary>Rows that rest on many seeds. They are run in parts and kept, so that a long run can be taken up
/// again.</summary>
internal static class SeedRows
{
    private const int SeedsDefault = 20_000;
    private const int Part = 500;
    private const int FaultsMin = 5;
    private const long LengthMinMs = 600_000;
    private const int ToldMax = 5;

    private static int Wanted(int least) => int.TryParse(
        Environment.GetEnvironmentVariable("SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture,
        out int seeds) ? seeds : least;

    private static string Folder => Repository.At("artifacts", "verify", "simulator");

    /// <summary>20,000 of them.</summary>
    public static Row Seeds { get; } = AtLeast(SeedsDefault);

    /// <summary>100 twice, each time in another process.</summary>
    public static Row Determinism { get; } = new(
        "determinism", "100 seeds twice, every step of both the same, byte for byte", DeterminismAsync);

    /// <summary>The seeds, with fewer of them enough.</summary>
    /// <param name="least">How many are asked for.</param>
    public static Row AtLeast(int least) => new(
        "seeds", string.Create(CultureInfo.InvariantCulture, $"{least:N0} seeds without violation, each 10 ")
            + "virtual minutes or more, 5 faults or more, 3 nodes or more for most; no kind of fault missing",
        () => SeedsAsync(least));

    /// <summary>What met what, over the seeds that were run.</summary>
    public static Row Coverage { get; } = new(
        "coverage", "every kind of fault met every state of the coordinator, joining and fencing machines, or docs/simulator.md says why not", CoverageAsync);

    private static async Task<RowResult> SeedsAsync(int least)
    {
        JsonObject? all = await TakePartsAsync(Wanted(least)).ConfigureAwait(false);
        if (all is null)
            return RowResult.If(false, "the simulator can't be built or run");
        long seeds = (long)all[nameof(Seeds)]!;
        long violations = (long)all["Violations"]!;
        JsonObject faults = all["Faults"]!.AsObject();
        string[] missing = [.. (await KindsAsync().ConfigureAwait(false)).Where(k => faults[k] is null)];
        bool reached = seeds >= least && violations == 0 && (long)all["LeastMs"]! >= LengthMinMs
            && (long)all["FewestFaults"]! >= FaultsMin && (long)all["OfThreeOrMore"]! * 2 > seeds
            && missing.Length == 0;
        string byKind = string.Join(' ', faults.Select(f => $"{f.Key}={f.Value}"));
        return RowResult.If(reached, string.Create(
            CultureInfo.InvariantCulture,
            $"{seeds} seeds, {violations} violations, {(long)all["VirtualMs"]! / 3_600_000.0:0} virtual hours, {all["Fencings"]} fencings, "
            + $"{all["Failovers"]} failovers, shortest {(long)all["LeastMs"]! / 1_000} s, fewest faults {all["FewestFaults"]}, "
            + $"{(long)all["OfThreeOrMore"]! * 100 / Math.Max(1, seeds)} % with 3 nodes or more, kinds that never occurred: {(missing.Length == 0 ? "none" : string.Join(' ', missing))}; {byKind}"));
    }

    // A part that was taken of what the simulator is made of now isn't taken again.
    private static async Task<JsonObject?> TakePartsAsync(int wanted)
    {
        string folder = Path.Combine(Folder, await SourceKey.OfAsync(Sim.Project).ConfigureAwait(false));
        Directory.CreateDirectory(folder);
        JsonObject? all = null;
        for (int first = 1; first <= wanted; first += Part)
        {
            string file = Path.Combine(
                folder, string.Create(CultureInfo.InvariantCulture, $"{first:D6}.json"));
            if (!File.Exists(file) && await TakePartAsync(first, file).ConfigureAwait(false) is { } problem)
                Console.Error.WriteLine(problem);
            if (!File.Exists(file))
                return null;
            all = Sum(all,
                JsonNode.Parse(await File.ReadAllTextAsync(file).ConfigureAwait(false))!.AsObject());
        }

        return all;
    }

    private static async Task<string?> TakePartAsync(int first, string file)
    {
        Ended ended = await Sim.RunAsync(
            ["run"], ("FIRST", first.ToString(CultureInfo.InvariantCulture)),
            ("SEEDS", Part.ToString(CultureInfo.InvariantCulture)),
            ("TOTALS", file), ("TELL", "0")).ConfigureAwait(false);
        return ended.Code == 0 ? null
            : string.Join('\n', ended.Output.Split('\n').Where(l => l.Length > 0).Take(ToldMax));
    }

    private static JsonObject Sum(JsonObject? all, JsonObject part)
    {
        if (all is null)
            return part;
        foreach ((string name, JsonNode? node) in part.ToList())
        {
            all[name] = node is JsonObject inner
                ? Sum(all[name]!.AsObject(), inner).DeepClone()
                : name is "LeastMs" or "FewestFaults"
                    ? Math.Min((long)(all[name] ?? long.MaxValue), (long)node!)
                    : (long)(all[name] ?? 0L) + (long)node!;
        }

        return all;
    }

    private static async Task<string[]> KindsAsync() =>
        (await Sim.RunAsync(["kinds"]).ConfigureAwait(false)).Output.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<RowResult> DeterminismAsync()
    {
        Ended one = await Sim.RunAsync(["digest"], ("FIRST", "1"), ("SEEDS", "100")).ConfigureAwait(false);
        Ended two = await Sim.RunAsync(["digest"], ("FIRST", "1"), ("SEEDS", "100")).ConfigureAwait(false);
        string[] first = one.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int same = first.Zip(
            two.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Count(p => p.First == p.Second);
        return RowResult.If(
            one.Code == 0 && two.Code == 0 && same == 100 && first.Length == 100,
            $"{same} of {first.Length} seeds the same");
    }

    private static async Task<RowResult> CoverageAsync()
    {
        if (await TakePartsAsync(Wanted(SeedsDefault)).ConfigureAwait(false) is not { } all)
            return RowResult.If(false, "the simulator can't be built or run");
        string file = Path.Combine(Folder, "totals.json");
        await File.WriteAllTextAsync(
            file, all.ToJsonString(new JsonSerializerOptions { WriteIndented = true })).ConfigureAwait(false);
        Ended ended = await Sim.RunAsync(["coverage", file]).ConfigureAwait(false);
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "coverage.txt"), ended.Output).ConfigureAwait(false);
        string[] gaps =
        [
            .. ended.Output.Split('\n').Where(l => l.StartsWith("never: ", StringComparison.Ordinal))
                .Select(l => l["never: ".Length..]),
        ];
        string document = await File.ReadAllTextAsync(
            Repository.At("docs", "simulator.md")).ConfigureAwait(false);
        string[] unexplained = [.. gaps.Where(g => !document.Contains($"`{g}`", StringComparison.Ordinal))];
        return RowResult.If(
            ended.Code == 0 && unexplained.Length == 0,
            $"{ended.LastLine}; explained gaps {gaps.Length - unexplained.Length}, others {unexplained.Length}: {string.Join(' ', unexplained.Take(20))}");
    }
}
