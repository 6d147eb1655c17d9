namespace Truce.Model;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Accepted, but likely not what was meant.</summary>
    Warning,

    /// <summary>Refused.</summary>
    Error,
}

/// <summary>
/// Something to say about a place in a document: what is wrong and what to do. <paramref name="Id"/> names
/// its <see cref="FindingKind"/>; line and column count from 1, 0 where there is no place.
/// </summary>
public sealed record Finding(string Id, Severity Severity, string File, int Line, int Column, string Element,
    string Message, string Remedy)
{
    /// <summary>What happens if it stays so: what an administrator meets one day. Empty
    /// where the message says it.</summary>
    public string Consequence { get; init; } = "";

    /// <summary>The id of the element; null where it has none.</summary>
    public string? ElementId { get; init; }

    /// <summary>Where the documentation explains it.</summary>
    public string Doc => FindingKind.DocOf(Id);

    /// <summary>
    /// <c>FILE:LINE:COL: ELEMENT: what is wrong; do: what to do</c>, as every tool prints it.
    /// </summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Element}: {Message}; do: {Remedy}";
}
