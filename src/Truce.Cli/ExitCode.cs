namespace Truce.Cli;

/// <summary>How <c>truce</c> ends. Scripts rely on these numbers (docs/reference/cli.md).</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The answer is no: a finding, condemned, not recovered, a promise broken.</summary>
    No = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>A file or a value given is wrong.</summary>
    BadInput = 3,

    /// <summary>No cluster answers.</summary>
    Unreachable = 4,

    /// <summary>Refused: no quorum, a guard, or missing permission.</summary>
    Refused = 5,

    /// <summary>It took too long.</summary>
    TimedOut = 6,

    /// <summary>A defect of ours.</summary>
    Defect = 70,
}
