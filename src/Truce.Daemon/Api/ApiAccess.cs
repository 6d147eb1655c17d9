using Truce.Contracts;
using Truce.Ports;

namespace Truce.Daemon.Api;

/// <summary>What a caller may do.</summary>
internal enum ApiRight
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Look, and what the configuration's ACLs allow.</summary>
    ByAcl,

    /// <summary>Everything.</summary>
    All,
}

/// <summary>
/// Rights by the kernel's word of who is at the other end: root and the user that Truce runs as may do
/// all, members of the group <c>truce</c> may look. What else they may, the ACLs of the CIB decide,
/// where it is known: in the controller.
/// </summary>
internal sealed class ApiAccess(uint ownUser, string group, string passwdFile = "/etc/passwd", string groupFile = "/etc/group")
{
    /// <summary>The group's id; null: there is no such group on this system.</summary>
    public uint? GroupId => GroupLine() is { } fields && uint.TryParse(fields[2], out uint id) ? id : null;

    public ApiRight RightOf(PeerCredentials peer)
    {
        if (peer.User == 0 || peer.User == ownUser)
            return ApiRight.All;
        if (GroupLine() is not { } fields)
            return ApiRight.None;
        bool member = fields[2] == $"{peer.Group}" || (NameOf(peer.User) is { } name && fields[3].Split(',').Contains(name));
        return member ? ApiRight.ByAcl : ApiRight.None;
    }

    /// <summary>Who that is, for the controller, which knows the configuration's ACLs.</summary>
    public ClientCaller Caller(PeerCredentials peer)
    {
        string? name = NameOf(peer.User);
        return new ClientCaller(
            peer.User, peer.Group, name ?? $"uid {peer.User}", RightOf(peer) == ApiRight.All,
            [.. Lines(groupFile).Where(f => f.Length >= 4 && (f[2] == $"{peer.Group}" || (name is not null && f[3].Split(',').Contains(name))))
                .Select(f => f[0])]);
    }

    private string[]? GroupLine() => Lines(groupFile).FirstOrDefault(f => f.Length >= 4 && f[0] == group);

    private string? NameOf(uint user) => Lines(passwdFile).FirstOrDefault(f => f.Length >= 3 && f[2] == $"{user}")?[0];

    private static IEnumerable<string[]> Lines(string file) =>
        File.Exists(file) ? File.ReadLines(file).Select(l => l.Split(':')) : [];
}
