using System.Collections.Immutable;

namespace Truce.Lab;

/// <summary>What a command asks of the keeper: one line of JSON on the control socket.</summary>
internal sealed record ControlRequest(string Verb)
{
    public string? Node { get; init; }
    public ImmutableArray<string>? From { get; init; }
    public ImmutableArray<string>? To { get; init; }
    public int? Link { get; init; }
    public bool OneWay { get; init; }
    public string? Key { get; init; }
    public string? Value { get; init; }
}

/// <summary>The keeper's answer: one line.</summary>
internal sealed record ControlReply
{
    public LabFailure? Failure { get; init; }
    public string? Message { get; init; }
    public string? Remedy { get; init; }
    public LabStatus? Status { get; init; }
}

/// <summary>What <c>lab status --json</c> prints. Fields are added, never renamed.</summary>
public sealed record LabStatus
{
    /// <summary>The lab's folder.</summary>
    public string? Directory { get; init; }

    /// <summary>How nodes are kept apart.</summary>
    public required Isolation Isolation { get; init; }

    /// <summary>What carries messages.</summary>
    public required LabEngine Engine { get; init; }

    /// <summary>Networks.</summary>
    public required int Links { get; init; }

    /// <summary>Settings in force.</summary>
    public required LabSettings Settings { get; init; }

    /// <summary>Directed cuts in force, <c>n1>n2</c> with <c>/link</c> where only one link is cut.</summary>
    public required ImmutableArray<string> Cuts { get; init; }

    /// <summary>The nodes.</summary>
    public required ImmutableArray<LabNodeStatus> Nodes { get; init; }
}

/// <summary>One node's power.</summary>
public sealed record LabNodeStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>on</c> or <c>off</c>.</summary>
    public required string Power { get; init; }

    /// <summary>Whether it is paused (<c>lab pause</c>).</summary>
    public bool Paused { get; init; }

    /// <summary>How often it was booted.</summary>
    public required int Incarnation { get; init; }

    /// <summary>Its first process, as the asking machine numbers it; null when off.</summary>
    public int? Pid { get; init; }

    /// <summary>Its network namespace, for <c>nsenter --net=</c>; null when off or without one.</summary>
    public string? Netns { get; init; }

    /// <summary>Its address on link 0.</summary>
    public string? Address { get; init; }
}

/// <summary>The keeper's commands to the local engine's sequencer, on its control socket.</summary>
/// <param name="Op">cuts.</param>
/// <param name="Pairs">Every "FROM TO" between which nothing passes from now on.</param>
internal sealed record SequencerRequest(string Op, ImmutableArray<string> Pairs);

/// <summary>Its answer, as far as the lab reads it.</summary>
internal sealed record SequencerAnswer(bool Ok);
