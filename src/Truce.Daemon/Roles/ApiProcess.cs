using Microsoft.Extensions.Logging;
using Truce.Daemon.Api;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Roles;

/// <summary>
/// The API's process: what it needs root for (its sockets, its lock, its log) is made first, then it takes on
/// a user of its own, and only then it listens to anybody.
/// </summary>
internal static partial class ApiProcess
{
    public static int Run(DaemonConfiguration configuration)
    {
        using RoleProcess process = RoleProcess.Begin(configuration, RoleKind.Api);
        ControllerCalls calls = new(process.Links);
        ReadCopies copies = new(calls, TimeProvider.System);
        // The user that Truce runs as may do everything; the user that this process switches to may not.
        using ApiServer server = new(
            new ApiRequests(calls, copies, TimeProvider.System), new ApiAccess(NativeProcess.User, configuration.ApiGroup),
            new UserQuotas(TimeProvider.System), process.Log);
        server.ListenForAll(configuration.Socket("api"));
        server.ListenForAdministrators(configuration.Socket("admin"));
        process.Log.StayInPlace();
        if (Sandbox.Enter(RoleUser.Find(configuration.ApiUser)) is { } left)
            LogLeft(process.Log, left);
        process.Links.Dial(configuration.Socket("controller"), RoleKind.Controller);
        server.Start();
        return process.Run(new ApiRole(calls, copies, process.Links, process.Log));
    }

    [LoggerMessage(120, LogLevel.Warning, "the API isn't fully confined: {What}")]
    private static partial void LogLeft(ILogger log, string what);
}
