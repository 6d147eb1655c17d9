namespace Truce.Analysis.Rendering;

/// <summary>Exit codes of agents in words.</summary>
internal static class ExitCodeText
{
    /// <summary>For example <c>Not installed</c> for 5.</summary>
    public static string Of(int exitCode) => exitCode switch
    {
        0 => "OK",
        1 => "Error occurred",
        2 => "Invalid parameter",
        3 => "Unimplemented",
        4 => "Insufficient privileges",
        5 => "Not installed",
        6 => "Not configured",
        7 => "Not running",
        8 => "Promoted",
        9 => "Failed in promoted role",
        190 => "Degraded",
        191 => "Degraded in promoted role",
        193 => "Unknown exit status",
        _ => "Unknown exit status",
    };
}
