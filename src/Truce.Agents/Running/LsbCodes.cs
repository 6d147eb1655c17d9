using Truce.Model;

namespace Truce.Agents.Running;

/// <summary>How init scripts say what OCF agents say.</summary>
internal static class LsbCodes
{
    private const int StatusRunning = 0;
    private const int StatusStopped = 3;

    /// <summary>The script's argument for an action; null: it has none.</summary>
    public static string? Argument(string action) => action switch
    {
        OperationNames.Start or OperationNames.Stop or "restart" or OperationNames.Reload
            or "force-reload" => action,
        OperationNames.Monitor or OperationNames.Status => OperationNames.Status,
        _ => null,
    };

    /// <summary>
    /// Of <c>status</c>, only 3 means stopped. Dead with a pid or lock file left (1, 2), or unknown (4),
    /// means that it must be stopped here before it starts elsewhere. The codes of other actions are OCF's.
    /// </summary>
    public static int ToOcf(string action, int code) =>
        Argument(action) != OperationNames.Status ? code : code switch
    {
        StatusRunning => OcfCode.Success,
        StatusStopped => OcfCode.NotRunning,
        _ => OcfCode.Generic,
    };
}
