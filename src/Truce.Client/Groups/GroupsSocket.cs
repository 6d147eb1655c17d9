using Truce.Contracts.Groups;

namespace Truce.Client.Groups;

/// <summary>Where a node's server of Group Services is.</summary>
public static class GroupsSocket
{
    /// <summary>The socket of an installed node.</summary>
    public const string Default = "/run/truce/" + GroupsWire.SocketName;

    /// <summary>The variable that names another.</summary>
    public const string Variable = "TRUCE_GROUPS_SOCKET";

    /// <summary>The socket beside a node's API socket.</summary>
    public static string Beside(string api) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(api)) ?? "/", GroupsWire.SocketName);

    /// <summary>The socket to use: the variable's, the one beside TRUCE_SOCKET, or the default.</summary>
    public static string Find(Func<string, string?> environment) =>
        environment(Variable) is { Length: > 0 } named ? named
        : environment(ClusterSocket.Variable) is { Length: > 0 } api ? Beside(api) : Default;
}
