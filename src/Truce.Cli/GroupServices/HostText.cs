using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>The system groups <c>hosts</c> and <c>links</c> as text.</summary>
internal static class HostText
{
    /// <summary>What has changed, or with the first line everything.</summary>
    public static string Words(GroupsReply.Hosts told) => string.Join(", ",
    [
        .. (IsFirst(told) ? told.Now : told.Changes).Select(h => $"{h.Node} {Word(h.State)}"),
        .. told.Removed.Select(n => $"{n} no longer configured"),
    ]);

    /// <summary>What has changed, or with the first line everything.</summary>
    public static string Words(GroupsReply.Links told)
    {
        string words = string.Join(", ", (told.Changes.IsEmpty ? told.Now : told.Changes).Select(l =>
            $"{l.From} to {l.To} link {l.Number} {(l.State == WireLinkState.Up ? "up" : "down")}"));
        return words.Length == 0 ? "no links" : words;
    }

    private static bool IsFirst(GroupsReply.Hosts told) => told.Changes.IsEmpty && told.Removed.IsEmpty;

    private static string Word(WireHostState state) => state switch
    {
        WireHostState.Unseen => "not seen yet",
        WireHostState.Up => "up",
        WireHostState.Lost => "lost",
        WireHostState.Gone => "gone",
        WireHostState.Off => "proven off",
    };
}
