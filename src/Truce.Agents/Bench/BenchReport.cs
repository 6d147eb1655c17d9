using System.Collections.Immutable;

namespace Truce.Agents.Bench;

/// <summary>What a cluster relies on when it uses an agent. Each has several checks.</summary>
public enum Promise
{
    /// <summary>The agent does what OCF says that agents do.</summary>
    Contract,

    /// <summary>A stop succeeds unless the resource really can't be stopped.</summary>
    Stop,

    /// <summary>A stop touches nothing but its resource.</summary>
    Alone,

    /// <summary>Actions end well within their timeouts.</summary>
    Time,

    /// <summary>The script has no errors that reading it shows.</summary>
    Script,
}

/// <summary>The outcome of a check.</summary>
public enum Verdict
{
    /// <summary>It was tried and it is right.</summary>
    Passed,

    /// <summary>The agent breaks the promise.</summary>
    Condemned,

    /// <summary>Not a breach, but worth changing.</summary>
    Advised,

    /// <summary>It couldn't be tried here; the evidence says why. Not a success.</summary>
    NotTested,

    /// <summary>The agent has nothing that this check is about.</summary>
    NotApplicable,
}

/// <summary>What was seen.</summary>
/// <param name="Verdict">What it says about the agent.</param>
/// <param name="What">One sentence.</param>
/// <param name="Place">Where in the script the cause is; null if not known.</param>
public sealed record Evidence(Verdict Verdict, string What, ScriptPlace? Place = null);

/// <summary>A line of a script.</summary>
/// <param name="File">Its path.</param>
/// <param name="Line">From 1.</param>
/// <param name="Text">The command, as the shell ran it; may be empty.</param>
public sealed record ScriptPlace(string File, int Line, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text.Length == 0 ? $"{File}:{Line}" : $"{File}:{Line}: {Text}";
}

/// <summary>A check and what came of it.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Promise">The promise that it belongs to.</param>
/// <param name="Title">What is right, in a sentence.</param>
/// <param name="Verdict">The worst of its evidence.</param>
/// <param name="Evidence">What was seen, worst first.</param>
/// <param name="Fix">How to repair a breach.</param>
/// <param name="Took">How long the check ran.</param>
public sealed record CheckResult(
    string Check,
    Promise Promise,
    string Title,
    Verdict Verdict,
    ImmutableArray<Evidence> Evidence,
    string Fix,
    TimeSpan Took);

/// <summary>How long an action takes.</summary>
/// <param name="Name">The action, and the state that it was run in.</param>
/// <param name="Action">The action alone.</param>
/// <param name="Load">idle or loaded.</param>
/// <param name="Runs">How often it was run.</param>
/// <param name="Least">The shortest run.</param>
/// <param name="Median">The middle one.</param>
/// <param name="Most">The longest one.</param>
/// <param name="Advertised">The timeout in the metadata.</param>
/// <param name="Configured">The timeout that the user has in mind; null: not given.</param>
/// <param name="Recommended">A timeout with a margin over what was measured.</param>
public sealed record ActionTime(
    string Name,
    string Action,
    string Load,
    int Runs,
    TimeSpan Least,
    TimeSpan Median,
    TimeSpan Most,
    TimeSpan? Advertised,
    TimeSpan? Configured,
    TimeSpan Recommended);

/// <summary>What a stop of something already stopped costs.</summary>
/// <param name="Programs">Programs that it executes.</param>
/// <param name="Processes">Processes that it makes.</param>
/// <param name="SystemCalls">System calls; null: not counted.</param>
/// <param name="Took">How long it takes.</param>
public sealed record StopCost(int Programs, int Processes, long? SystemCalls, TimeSpan Took);

/// <summary>All that a bench found out about an agent.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Path">The program.</param>
/// <param name="Results">One for each check that was selected.</param>
/// <param name="Times">How long its actions take; empty if not measured.</param>
/// <param name="StopCost">Of a stop with nothing to stop; null if not measured.</param>
/// <param name="Took">How long it all ran.</param>
public sealed record BenchReport(
    string Agent,
    string Path,
    ImmutableArray<CheckResult> Results,
    ImmutableArray<ActionTime> Times,
    StopCost? StopCost,
    TimeSpan Took)
{
    /// <summary>Whether the agent breaks a promise.</summary>
    public bool IsCondemned => Results.Any(r => r.Verdict == Verdict.Condemned);

    /// <summary>Whether the resource could be run at all with the given parameters.</summary>
    public bool CouldStart { get; init; } = true;
}

/// <summary>The bench can't do its work.</summary>
/// <param name="cause">Whose fault it is.</param>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do.</param>
public sealed class BenchException(BenchFailure cause, string message, string remedy) : Exception(message)
{
    /// <summary>Whose fault it is.</summary>
    public BenchFailure Failure { get; } = cause;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}

/// <summary>Why a bench can't do its work.</summary>
public enum BenchFailure
{
    /// <summary>The user may not make namespaces.</summary>
    NotPermitted,

    /// <summary>The agent, its parameters, or the preparing script can't be used.</summary>
    BadInput,

    /// <summary>The machine lacks something, or the host didn't come up.</summary>
    NoHost,
}
