using System.Collections.Immutable;

namespace Truce.Model.Fencing;

/// <summary>What a fence agent's metadata says that matters when a node is fenced.</summary>
/// <param name="Actions">What it can do.</param>
/// <param name="Parameters">What it can be told.</param>
public sealed record FenceAbilities(ImmutableArray<string> Actions, ImmutableArray<string> Parameters)
{
    /// <summary>Whether it has the action at all.</summary>
    public bool Supports(string action) => Actions.Contains(action);

    /// <summary>Whether it has the parameter.</summary>
    public bool Takes(string parameter) => Parameters.Contains(parameter);
}
