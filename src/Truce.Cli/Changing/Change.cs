using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Changing;

/// <summary>A change of the configuration, made anew on whatever version is in force.</summary>
/// <param name="Comment">For the history, unless the command line has another.</param>
/// <param name="Said">What is so afterwards, in a sentence.</param>
/// <param name="Edit">Makes it; false if it was so already.</param>
internal sealed record Change(string Comment, string Said, Func<CibDocument, bool> Edit)
{
    /// <summary>What is still lacking once the cluster is at rest, in a sentence; null: nothing.</summary>
    public Func<ClusterStatusDocument, CommandException?> Lacking { get; init; } = _ => null;

    /// <summary>The rule (docs/reference/findings.md) that finds what is asked for here; null: none.
    /// </summary>
    public string? Wanted { get; init; }

    /// <summary>Whether it asks the cluster to leave something alone: what can't be done then was meant so.
    /// </summary>
    public bool LeavesAlone { get; init; }
}
