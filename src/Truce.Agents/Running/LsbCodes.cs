namespace Truce.Agents.Running;

/// <summary>How init scripts say what OCF agents say.</summary>
internal static class LsbCodes
{
    private const int StatusRunning = 0;
    private const int StatusStopped = 3;

    /// <summary>The script's argument for an action; null: it has none.</summary>
    public static string? Argument(string action) => action switch
    {
        "start" or "stop" or "restart" or "reload" or "force-reload" => action,
        "monitor" or "status" => "status",
        _ => null,
    };

    /// <summary>
    /// Of <c>status</c>, only 3 means stopped. Dead with a pid or lock file left (1, 2), or unknown (4), means that it
    /// must be stopped here before it starts elsewhere. The codes of other actions are OCF's.
    /// </summary>
    public static int ToOcf(string action, int code) => Argument(action) != "status" ? code : code switch
    {
        StatusRunning => OcfCode.Success,
        StatusStopped => OcfCode.NotRunning,
        _ => OcfCode.Generic,
    };
}
