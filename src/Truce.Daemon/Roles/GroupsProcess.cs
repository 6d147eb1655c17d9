using Microsoft.Extensions.Logging;
using Truce.Contracts.Groups;
using Truce.Daemon.Api;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Daemon.Links;
using Truce.Daemon.Storage;
using Truce.Groups;
using Truce.Ports;
using Truce.Runtime.Groups;

namespace Truce.Daemon.Roles;

/// <summary>Group Services' process: the role over an engine group of its own and its clients'
/// socket.</summary>
internal static partial class GroupsProcess
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private const UnixFileMode Everybody = OwnerAndGroup | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static int Run(DaemonConfiguration configuration)
    {
        using RoleProcess process = RoleProcess.Begin(configuration, RoleKind.Groups);
        process.ConnectSupervisor();
        using IEngineConnection? engine = EngineJoining.JoinWhenThere(process, Engines.Groups);
        if (engine is null)
            return 0;
        ApiAccess access = new(NativeProcess.User, configuration.ApiGroup);
        using LineLinks clients = new(
            new LineLimits { LineBytes = GroupsWire.RequestBytesMax },
            GroupsWire.Line(new GroupsReply.Bye(
                "too-long", $"a line is longer than {GroupsWire.RequestBytesMax} bytes")),
            NativeProcess.User, e => process.Mailbox.Post(new RoleInput.FromLink(e)));
        GroupsRole role = new(
            new GroupsRoleOptions(
                configuration.Node,
                new ServerLife(
                    DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), configuration.BootId,
                    GroupsOwed.Read(configuration)),
                p => access.GroupsCaller(p))
            {
                Access = configuration.GroupsAccess,
                Keep = owes => GroupsOwed.Keep(configuration, owes),
            },
            engine, clients, process.Links, process.Log);
        // It reads what any user named in groups_access writes, and never runs a program.
        if (Sandbox.Enter(new RoleUser.Own(null)) is { } left)
            LogLeft(process.Log, left);
        process.Links.Dial(configuration.Socket("controller"), RoleKind.Controller);
        // Whom groups_access names needn't be in the group; the role turns all others away.
        clients.Listen(
            Path.Combine(configuration.RunDirectory, GroupsWire.SocketName),
            configuration.GroupsAccess.IsEmpty ? OwnerAndGroup : Everybody, access.GroupId);
        return process.Run(role);
    }

    private static GroupsCaller? GroupsCaller(this ApiAccess access, PeerCredentials peer)
    {
        Contracts.ClientCaller caller = access.Caller(peer);
        CallerReach reach = access.RightOf(peer) == ApiRight.None ? CallerReach.Listed : CallerReach.All;
        return new GroupsCaller(caller.Name, caller.Groups ?? [], reach);
    }

    [LoggerMessage(130, LogLevel.Warning, "Group Services isn't fully confined: {What}")]
    private static partial void LogLeft(ILogger log, string what);
}
