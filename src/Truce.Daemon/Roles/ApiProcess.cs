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
        using ApiServer server = new(calls, new ApiAccess(NativeProcess.User, configuration.ApiGroup), process.Log);
        process.Links.Dial(configuration.Socket("controller"), RoleKind.Controller);
        server.Listen(configuration.Socket("api"));
        return process.Run(new ApiRole(calls, process.Links, process.Log));
    }
}
