using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>
/// A kind of finding that the administrator has accepted, and why. In a configuration it is a pair named
/// <c>truce-silence-ID</c> whose value is the reason: among the cluster's options it holds everywhere, among
/// the meta attributes of a resource it holds for that resource, its members and its operations.
/// </summary>
/// <param name="Kind">The kind's id.</param>
/// <param name="Elements">Ids of the elements for which it holds; empty: all.</param>
/// <param name="Reason">Why it may stay so. Never empty.</param>
public sealed record Silence(string Kind, EquatableArray<string> Elements, string Reason)
{
    /// <summary>Whether it hides a finding at an element.</summary>
    public bool Covers(string kind, string? element) =>
        Kind == kind && (Elements.Count == 0 || (element is not null && Elements.Contains(element)));

    /// <summary>
    /// Reads <c>REASON</c> or <c>@ID,ID: REASON</c>; null if there is no reason in it.
    /// </summary>
    public static Silence? Parse(string kind, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool names = text.StartsWith('@') && colon > 0;
        string reason = (names ? text[(colon + 1)..] : text).Trim();
        if (reason.Length == 0 || (text.StartsWith('@') && !names))
            return null;
        string[] elements = names
            ? text[1..colon].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
        return new Silence(kind, [.. elements], reason);
    }
}

/// <summary>A finding that a silence hides.</summary>
/// <param name="Finding">What would be said.</param>
/// <param name="Reason">Why it isn't.</param>
public sealed record SilencedFinding(Finding Finding, string Reason);
