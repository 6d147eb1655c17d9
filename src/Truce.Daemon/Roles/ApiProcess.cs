using Truce.Daemon.Api;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Roles;

/// <summary>The API's process.</summary>
internal static class ApiProcess
{
    public static int Run(DaemonConfiguration configuration)
    {
        using RoleProcess process = RoleProcess.Begin(configuration, RoleKind.Api);
        ControllerCalls calls = new(process.Links);
        ReadCopies copies = new(calls, TimeProvider.System);
        using ApiServer server = new(
            new ApiRequests(calls, copies, TimeProvider.System), new ApiAccess(NativeProcess.User, configuration.ApiGroup),
            new UserQuotas(TimeProvider.System), process.Log);
        process.Links.Dial(configuration.Socket("controller"), RoleKind.Controller);
        server.ListenForAll(configuration.Socket("api"));
        server.ListenForAdministrators(configuration.Socket("admin"));
        server.Start();
        return process.Run(new ApiRole(calls, copies, process.Links, process.Log));
    }
}
