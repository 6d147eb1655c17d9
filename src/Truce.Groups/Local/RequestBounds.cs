using System.Text;

namespace Truce.Groups;

/// <summary>Whether a request keeps to the limits; judged by the client's own server, before anything is
/// sent.</summary>
internal static class RequestBounds
{
    public static bool Fits(GroupRequest request, GroupsLimits limits) => request switch
    {
        GroupRequest.Join r => IsName(r.Group.Value, limits) && IsName(r.Instance, limits)
            && (r.Attributes is not { } attributes || Fits(r.Group, attributes, limits))
            && (r.Check is not { } check || Fits(check, limits))
            && Fits(r.Deactivate, limits.ReasonBytes) && !r.Deactivate.Any(char.IsControl),
        GroupRequest.Leave r => Fits(r.Group, r.Terms, limits),
        GroupRequest.Goodbye r => IsName(r.Group.Value, limits),
        GroupRequest.Expel r => Fits(r.Group, r.Terms, limits) && Fits(r.Reason, limits.ReasonBytes),
        GroupRequest.ChangeValue r => Fits(r.Group, r.Terms, limits) && Fits(r.Value, limits.ValueBytes),
        GroupRequest.ChangeAttributes r =>
            Fits(r.Group, r.Terms, limits) && Fits(r.Group, r.Attributes, limits),
        GroupRequest.Broadcast r => Fits(r.Group, r.Terms, limits) && Fits(r.Message, limits.MessageBytes),
        GroupRequest.CastVote r => IsName(r.Group.Value, limits) && Fits(r.Vote.Reason, limits.ReasonBytes)
            && Fits(r.Vote.Message, limits.ReasonBytes) && Fits(r.Vote.Value ?? "", limits.ValueBytes),
        GroupRequest.Subscribe r => IsName(r.Group.Value, limits),
        GroupRequest.Unsubscribe r => IsName(r.Group.Value, limits),
        GroupRequest.TakeClaim r => IsName(r.Claim.Value, limits),
        GroupRequest.ReleaseClaim r => IsName(r.Claim.Value, limits),
    };

    private static bool Fits(GroupName group, ProposalTerms terms, GroupsLimits limits) =>
        IsName(group.Value, limits) && Fits(terms.Key, limits.NameBytes) && Fits(terms.Limit, limits);

    private static bool Fits(GroupName group, GroupAttributes attributes, GroupsLimits limits) =>
        Fits(attributes.Limit, limits) && attributes.Source != group
        && (attributes.Source is not { } source || IsName(source.Value, limits));

    private static bool Fits(ResponsivenessTerms check, GroupsLimits limits) =>
        check.Every >= limits.CheckLeast && check.Every <= limits.PhaseLimit
        && check.Limit >= limits.CheckLeast && check.Limit <= limits.PhaseLimit;

    private static bool Fits(TimeSpan limit, GroupsLimits limits) =>
        limit > TimeSpan.Zero && limit <= limits.PhaseLimit;

    // Names end up in logs, terminals and scripts.
    private static bool IsName(string name, GroupsLimits limits) =>
        name.Length > 0 && Fits(name, limits.NameBytes) && !name.Any(char.IsControl);

    private static bool Fits(string text, int bytes) => Encoding.UTF8.GetByteCount(text) <= bytes;
}
