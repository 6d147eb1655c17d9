namespace Truce.Lab;

/// <summary>Why a lab command can't be done; the command line turns it into an exit code.</summary>
public enum LabFailure
{
    /// <summary>An argument names something that isn't there, or is impossible.</summary>
    BadInput,

    /// <summary>No lab is up here, or its keeper doesn't answer.</summary>
    NoLab,

    /// <summary>The state of the lab, or the machine, doesn't allow it.</summary>
    Refused,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>A program of the machine that the lab needs failed.</summary>
    Failed,
}

/// <summary>Ends a lab command: what is wrong, and what to do.</summary>
/// <param name="kind">The class of failure.</param>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do next; null where nothing helps.</param>
public sealed class LabException(LabFailure kind, string message, string? remedy = null) : Exception(message)
{
    /// <summary>The class of failure.</summary>
    public LabFailure Kind { get; } = kind;

    /// <summary>What to do next.</summary>
    public string? Remedy { get; } = remedy;
}
