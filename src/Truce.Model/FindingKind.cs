namespace Truce.Model;

/// <summary>
/// A kind of finding, as the catalogue in docs/reference/findings.md lists it: one heading for each, named by
/// <paramref name="Id"/>.
/// </summary>
/// <param name="Id">Stable and short, lower case with hyphens: scripts and silences name it.</param>
/// <param name="Severity">How bad it is, unless the finding itself says otherwise.</param>
/// <param name="Summary">What is wrong, in a sentence without a full stop.</param>
/// <param name="Consequence">What happens if it stays so, in a sentence without a full stop.</param>
public sealed record FindingKind(string Id, Severity Severity, string Summary, string Consequence)
{
    /// <summary>The page that explains every kind.</summary>
    public const string Page = "docs/reference/findings.md";

    /// <summary>Where the documentation explains this kind.</summary>
    public string Doc => DocOf(Id);

    /// <summary>As <see cref="Doc"/>, for an id.</summary>
    public static string DocOf(string id) => $"{Page}#{id}";

    /// <summary>
    /// Whether a silence may hide it. What makes a configuration unusable is
    /// refused, with or without a reason.
    /// </summary>
    public bool CanBeSilenced => Severity != Severity.Error;
}
