using System.Globalization;

namespace Truce.Daemon.Hosting;

/// <summary>The user of its own that a role takes on: truce.conf's <c>api_user</c>.</summary>
internal abstract record RoleUser
{
    private const string PasswordFile = "/etc/passwd";
    private const string MapFile = "/proc/self/uid_map";

    private RoleUser() { }

    /// <summary>It takes on that one.</summary>
    public sealed record Other(uint User, uint Group) : RoleUser;

    /// <summary>It stays the user that Truce runs as.</summary>
    /// <param name="Because">What is missing, and what to do; null: it was
    /// asked for, or Truce isn't root.</param>
    public sealed record Own(string? Because) : RoleUser;

    /// <summary>Finds it on this system.</summary>
    /// <param name="name">A user's name or number, or <c>none</c>.</param>
    public static RoleUser Find(string name) =>
        NativeProcess.User != 0 ? new Own(null) : Find(name, PasswordFile, MapFile);

    internal static RoleUser Find(string name, string passwordFile, string mapFile)
    {
        if (name == "none")
            return new Own(null);
        if (Numbers(name, passwordFile) is not (var user, var group))
            return new Own($"there is no user {name}; do: run systemd-sysusers, then restart truced");
        // A user namespace (a lab without root) has root alone.
        return IsMapped(user, mapFile) ? new Other(user, group)
            : new Own($"user {user} doesn't exist in this user namespace; do: set api_user = none");
    }

    // Root isn't another user, however it is called.
    private static (uint User, uint Group)? Numbers(string name, string passwordFile)
    {
        if (Number(name) is { } number)
            return number == 0 ? null : (number, number);
        string[]? fields = (File.Exists(passwordFile) ? File.ReadLines(passwordFile) : [])
            .Select(l => l.Split(':')).FirstOrDefault(f => f.Length >= 4 && f[0] == name);
        return fields is not null && Number(fields[2]) is { } user and > 0 && Number(fields[3]) is { } group
            ? (user, group) : null;
    }

    private static bool IsMapped(uint user, string mapFile) => !File.Exists(mapFile)
        || File.ReadLines(mapFile).Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Any(f => f.Length == 3 && Number(f[0]) is { } first && Number(f[2]) is { } count
                && user >= first && user - first < count);

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
