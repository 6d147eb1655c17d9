using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What the fence guard says to an intent.</summary>
public abstract record FenceVerdict
{
    private FenceVerdict() { }

    /// <summary>The shot may be fired as it was asked for.</summary>
    public sealed record AsAsked(FenceAftermath After) : FenceVerdict;

    /// <summary>The shot may be fired, with another action.</summary>
    public sealed record AnotherAction(string Action, FenceAftermath After) : FenceVerdict;

    /// <summary>Not fired, because it would achieve nothing: recorded in the history like a shot.</summary>
    public sealed record Avoided(string Sentence) : FenceVerdict;

    /// <summary>Not now: what it stands on isn't so, or not yet.</summary>
    public sealed record Refused(string Objection) : FenceVerdict;
}

/// <summary>What follows from a shot.</summary>
/// <param name="Bans">Resources that are banned from the node.</param>
/// <param name="Blocks">Resources that are blocked everywhere.</param>
/// <param name="Quarantine">Whether the node is quarantined, and for what.</param>
/// <param name="Sentence">The same for people; empty: nothing follows.</param>
public sealed record FenceAftermath(
    EquatableArray<ResourceId> Bans, EquatableArray<ResourceId> Blocks, FenceQuarantine Quarantine, string Sentence)
{
    /// <summary>Nothing follows.</summary>
    public static FenceAftermath None { get; } = new([], [], FenceQuarantine.None, "");
}
