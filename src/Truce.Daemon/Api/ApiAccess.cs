using Truce.Contracts;
using Truce.Ports;

namespace Truce.Daemon.Api;

/// <summary>What a caller may do.</summary>
internal enum ApiRight
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Look.</summary>
    Read,

    /// <summary>Change.</summary>
    Write,
}

/// <summary>
/// Rights by the kernel's word of who is at the other end: root and the user that Truce runs as may do all, members of
/// the group <c>truce</c> may look. ACLs of the CIB will decide more finely.
/// </summary>
internal sealed class ApiAccess(uint ownUser, string group, string passwdFile = "/etc/passwd", string groupFile = "/etc/group")
{
    /// <summary>The group's id; null: there is no such group on this system.</summary>
    public uint? GroupId => GroupLine() is { } fields && uint.TryParse(fields[2], out uint id) ? id : null;

    public ApiRight RightOf(PeerCredentials peer)
    {
        if (peer.User == 0 || peer.User == ownUser)
            return ApiRight.Write;
        if (GroupLine() is not { } fields)
            return ApiRight.None;
        bool member = fields[2] == $"{peer.Group}" || (NameOf(peer.User) is { } name && fields[3].Split(',').Contains(name));
        return member ? ApiRight.Read : ApiRight.None;
    }

    public ClientCaller Caller(PeerCredentials peer) =>
        new(peer.User, peer.Group, NameOf(peer.User) ?? $"uid {peer.User}");

    /// <summary>A read shows a configuration's secrets too, as it does to the members of Pacemaker's group.</summary>
    public static ApiRight Needed(ClientRequest request) => request switch
    {
        ClientRequest.Greet or ClientRequest.GetStatus or ClientRequest.GetConfiguration
            or ClientRequest.GetConfigurationHistory or ClientRequest.GetEvents or ClientRequest.GetFenceHistory
            or ClientRequest.ApplyConfiguration { CheckOnly: true } => ApiRight.Read,
        ClientRequest.ApplyConfiguration or ClientRequest.SetTransient or ClientRequest.Cleanup
            or ClientRequest.FenceNode or ClientRequest.ConfirmFenced or ClientRequest.SetTicket
            or ClientRequest.Restart or ClientRequest.ReleaseFencing => ApiRight.Write,
    };

    private string[]? GroupLine() => Lines(groupFile).FirstOrDefault(f => f.Length >= 4 && f[0] == group);

    private string? NameOf(uint user) => Lines(passwdFile).FirstOrDefault(f => f.Length >= 3 && f[2] == $"{user}")?[0];

    private static IEnumerable<string[]> Lines(string file) =>
        File.Exists(file) ? File.ReadLines(file).Select(l => l.Split(':')) : [];
}
