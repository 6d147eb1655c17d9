using System.Collections.Immutable;

namespace Truce.Runtime.Groups;

/// <summary>Who may use a process group, or a claim, besides root and the group that administers.</summary>
/// <param name="Name">The group's name, or <c>claim:</c> and the claim's; a <c>*</c> at its end stands for
/// anything.</param>
/// <param name="Who">Users, and system groups as <c>@GROUP</c>.</param>
public sealed record AccessEntry(string Name, ImmutableArray<string> Who)
{
    /// <summary>What stands before a claim's name.</summary>
    public const string Claim = "claim:";

    /// <summary>Reads <c>NAME=WHO,WHO NAME=WHO</c>.</summary>
    /// <exception cref="FormatException">It can't be read; with the remedy.</exception>
    public static ImmutableArray<AccessEntry> Parse(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    /// <summary>Whether it is about a name.</summary>
    public bool Covers(string name) => Name.EndsWith('*')
        ? name.StartsWith(Name[..^1], StringComparison.Ordinal)
            // "*" alone means groups: a claim is worth a word of its own.
            && IsClaim(name) == IsClaim(Name)
        : name == Name;

    /// <summary>Whether a caller is among those named.</summary>
    public bool Names(GroupsCaller caller) => Who.Any(w => w.StartsWith('@')
        ? caller.Groups.Contains(w[1..])
        : w == caller.User);

    private static bool IsClaim(string name) => name.StartsWith(Claim, StringComparison.Ordinal);

    private static AccessEntry ParseOne(string item)
    {
        string[] parts = item.Split('=', 2);
        string[] who = parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
        bool isWhole = parts[0].Length > 0 && who.Length > 0 && who.All(w => w != "@");
        return isWhole
            ? new AccessEntry(parts[0], [.. who])
            : throw new FormatException(
                $"'{item}' is not NAME=WHO; do: write group=user,@systemgroup claim:name=user");
    }
}

/// <summary>A client's user as the system knows it.</summary>
/// <param name="User">Its name.</param>
/// <param name="Groups">The names of its groups.</param>
/// <param name="Reach">What it may use.</param>
public sealed record GroupsCaller(string User, ImmutableArray<string> Groups, CallerReach Reach);

/// <summary>What a client may use.</summary>
public enum CallerReach
{
    /// <summary>What the access list names it for.</summary>
    Listed,

    /// <summary>Every group and claim.</summary>
    All,
}
