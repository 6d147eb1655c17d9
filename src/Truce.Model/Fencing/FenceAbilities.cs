using System.Collections.Immutable;

namespace Truce.Model.Fencing;

/// <summary>The part of a fence agent's metadata that matters for fencing.</summary>
/// <param name="Actions">What it can do.</param>
/// <param name="Parameters">Its parameters.</param>
public sealed record FenceAbilities(ImmutableArray<string> Actions, ImmutableArray<string> Parameters)
{
    /// <summary>Whether it has the action at all.</summary>
    public bool Supports(string action) => Actions.Contains(action);

    /// <summary>Whether it has the parameter.</summary>
    public bool Takes(string parameter) => Parameters.Contains(parameter);
}
