namespace Truce.Contracts;

/// <summary>Refusals in the terms of the API's errors.</summary>
public static class Refusals
{
    private const int BadInput = 3;
    private const int Unreachable = 4;
    private const int Refused = 5;
    private const int TimedOut = 6;

    /// <summary>The error's code.</summary>
    public static string Code(RefusalKind kind) => kind switch
    {
        RefusalKind.BadInput => "bad-input",
        RefusalKind.Conflict => "conflict",
        RefusalKind.NoQuorum => "no-quorum",
        RefusalKind.Guard => "guard",
        RefusalKind.Permission => "permission",
        RefusalKind.NotReady => "not-ready",
        RefusalKind.TimedOut => "timed-out",
        RefusalKind.Busy => "busy",
    };

    /// <summary>The command line's exit code for it.</summary>
    public static int ExitCode(RefusalKind kind) => kind switch
    {
        RefusalKind.BadInput => BadInput,
        RefusalKind.Conflict or RefusalKind.NoQuorum or RefusalKind.Guard or RefusalKind.Permission => Refused,
        RefusalKind.NotReady => Unreachable,
        RefusalKind.TimedOut or RefusalKind.Busy => TimedOut,
    };

    /// <summary>HTTP's number for it.</summary>
    public static int HttpStatus(RefusalKind kind) => kind switch
    {
        RefusalKind.BadInput => 400,
        RefusalKind.Conflict => 409,
        RefusalKind.NoQuorum or RefusalKind.Guard => 423,
        RefusalKind.Permission => 403,
        RefusalKind.NotReady or RefusalKind.Busy => 503,
        RefusalKind.TimedOut => 504,
    };

    /// <summary>What to do about it, where the message doesn't say.</summary>
    public static string Remedy(RefusalKind kind) => kind switch
    {
        RefusalKind.BadInput or RefusalKind.Guard => "",
        RefusalKind.Conflict => "read the current version and base the change on it",
        RefusalKind.NoQuorum => "ask a node of the quorate side, or bring the missing nodes back",
        RefusalKind.Permission => "ask as root",
        RefusalKind.NotReady => "try again in a moment: this node hasn't joined yet",
        RefusalKind.TimedOut => "it may still happen: check before you try again",
        RefusalKind.Busy => "try again in a moment",
    };
}
