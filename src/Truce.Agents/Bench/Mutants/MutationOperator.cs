using System.Collections.Immutable;

namespace Truce.Agents.Bench.Mutants;

/// <summary>A known way of getting an agent wrong.</summary>
/// <param name="Name">Short.</param>
/// <param name="What">What is wrong then, in a few words.</param>
/// <param name="Change">The line as the mistake has it; null: this line doesn't lend itself to it.</param>
internal sealed record MutationOperator(
    string Name, string What, Func<ScriptLine, ShellScript, string?> Change)
{
    /// <summary>Whether it changes what the agent says of itself.</summary>
    public bool IsOfMetadata { get; init; }

    /// <summary>All of them, fixed before any result was seen.</summary>
    public static ImmutableArray<MutationOperator> All { get; } =
        [.. InsertedMistakes.All, .. CodeMistakes.All, .. ConditionMistakes.All, .. WordMistakes.All,
            .. MetadataMistakes.All];
}

/// <summary>A damaged copy of an agent.</summary>
/// <param name="Operator">What was done to it.</param>
/// <param name="Line">Where.</param>
/// <param name="Now">The line as it is then.</param>
/// <param name="Text">The whole text.</param>
internal sealed record Mutant(MutationOperator Operator, ScriptLine Line, string Now, string Text)
{
    /// <summary>For every operator, so many of the lines that it can change, evenly spread.</summary>
    public static ImmutableArray<Mutant> Plan(ShellScript script, MutationOptions options) =>
        [.. MutationOperator.All
            .Where(o => options.Operators.IsEmpty || options.Operators.Contains(o.Name))
            .SelectMany(o => Spread(
            [
                .. script.Lines.Select(l => (Line: l, Now: o.Change(l, script)))
                    .Where(c => c.Now is not null && c.Now != c.Line.Text)
                    .Select(c => new Mutant(o, c.Line, c.Now!, script.With(c.Line, c.Now!))),
            ], options.PerOperator))];

    private static IEnumerable<Mutant> Spread(ImmutableArray<Mutant> all, int most) => all.Length <= most
        ? all
        : Enumerable.Range(0, most).Select(i => all[((2 * i) + 1) * all.Length / (2 * most)]);
}
