using System.Collections.Immutable;
using Truce.Contracts;

namespace Truce.Cli;

/// <summary>Ends a command with an exit code, a sentence saying what is wrong, and what to do next.</summary>
/// <param name="code">How <c>truce</c> ends.</param>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do; null where nothing helps.</param>
public sealed class CommandException(ExitCode code, string message, string? remedy = null) : Exception(message)
{
    /// <summary>How <c>truce</c> ends.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>What to do next.</summary>
    public string? Remedy { get; } = remedy;

    /// <summary>The input that <see cref="Findings"/> refer to.</summary>
    public string File { get; init; } = "-";

    /// <summary>Where in an input it is wrong.</summary>
    public ImmutableArray<InputFinding> Findings { get; init; } = [];
}
