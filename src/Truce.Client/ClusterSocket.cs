namespace Truce.Client;

/// <summary>Where a node's API is.</summary>
public static class ClusterSocket
{
    /// <summary>The socket of an installed node.</summary>
    public const string Default = "/run/truce/api.sock";

    /// <summary>The file name of the socket for all.</summary>
    public const string Name = "api.sock";

    /// <summary>The file name of the socket next to it, for root and the user
    /// that Truce runs as only.</summary>
    public const string AdministratorsName = "admin.sock";

    /// <summary>The variable that names another.</summary>
    public const string Variable = "TRUCE_SOCKET";

    /// <summary>The socket to use.</summary>
    /// <param name="given">As an option named it, or null.</param>
    /// <param name="environment">Looks up a variable.</param>
    public static string Find(string? given, Func<string, string?> environment) =>
        given ?? (environment(Variable) is { Length: > 0 } named ? named : Default);
}
