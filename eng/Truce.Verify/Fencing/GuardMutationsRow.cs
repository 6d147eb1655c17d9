namespace Truce.Verify.Fencing;

/// <summary>Each rule of the fence guard, taken away in a copy of the sources, is caught by its
/// probe.</summary>
internal static class GuardMutationsRow
{
    private const int RulesMin = 8;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "mutations",
        "each rule of the fence guard taken away is caught in the simulator, nothing is with all of them",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string tree = Repository.At("artifacts", "mutants-guard");
        Ended planted = await Sim.RunAsync(["plant", Repository.Root, tree, "guard"]).ConfigureAwait(false);
        if (planted.Code != 0)
            return RowResult.If(false, $"the mutations can't be planted: {planted.LastLine}");
        if (await Sim.BuildAsync(tree).ConfigureAwait(false) is { Code: not 0 } failed)
            return RowResult.If(false, $"the mutants can't be built: {failed.LastLine}");
        Ended all = await Sim.RunInAsync(tree, ["probe"]).ConfigureAwait(false);
        Ended list = await Sim.RunInAsync(tree, ["mutations", "guard"]).ConfigureAwait(false);
        string[][] mutations =
            [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))];
        List<string> caught = [];
        List<string> missed = [];
        foreach (string[] mutation in mutations)
        {
            Ended ended = await Sim.RunInAsync(
                tree, ["probe", mutation[0]], ("TRUCE_MUTATION", mutation[1])).ConfigureAwait(false);
            Console.Error.WriteLine($"{mutation[1]}: {ended.LastLine}");
            bool isCaught = ended.Code == 1 && ended.Output.Contains("BROKEN", StringComparison.Ordinal);
            (isCaught ? caught : missed).Add(mutation[1]);
        }

        return RowResult.If(
            all.Code == 0 && missed.Count == 0 && caught.Count >= RulesMin,
            $"{caught.Count} of {mutations.Length} rules caught"
            + (missed.Count == 0 ? "" : "; missed: " + string.Join(", ", missed))
            + (all.Code == 0 ? "" : "; with all rules: " + all.LastLine));
    }
}
