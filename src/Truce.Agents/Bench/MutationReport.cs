using System.Collections.Immutable;

namespace Truce.Agents.Bench;

/// <summary>A damaged copy of an agent, and what became of it.</summary>
/// <param name="Operator">The kind of damage.</param>
/// <param name="What">What is wrong then.</param>
/// <param name="Line">The line of the script, from 1.</param>
/// <param name="Was">The line as it is.</param>
/// <param name="Now">The line as it was damaged; of several, the first.</param>
/// <param name="CaughtBy">The first check that condemned it; null: none did.</param>
/// <param name="Evidence">What that check saw; why it wasn't judged; or empty.</param>
/// <param name="Took">How long it took.</param>
public sealed record MutantResult(
    string Operator, string What, int Line, string Was, string Now, string? CaughtBy, string Evidence,
    TimeSpan Took);

/// <summary>What a bench catches of the ways to get an agent wrong.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Path">The program.</param>
/// <param name="Condemned">Checks that condemn the agent as it is, and so couldn't catch anything.</param>
/// <param name="Mutants">In the order of operators.</param>
/// <param name="Took">How long it all ran.</param>
public sealed record MutationReport(
    string Agent, string Path, ImmutableArray<string> Condemned, ImmutableArray<MutantResult> Mutants,
    TimeSpan Took)
{
    /// <summary>How many were caught.</summary>
    public int Caught => Mutants.Count(m => m.CaughtBy is not null);
}
