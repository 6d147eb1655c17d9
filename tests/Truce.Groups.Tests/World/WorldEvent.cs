using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>What an engine has for a server and hasn't delivered.</summary>
internal abstract record WorldEvent
{
    private WorldEvent() { }

    public sealed record Said(int Node, EngineMember Sender, GroupsMessage Message) : WorldEvent;

    public sealed record View(RingId Ring, EquatableArray<EngineMember> Members) : WorldEvent;

    public sealed record Quorum(RingId Ring, EngineQuorum Present) : WorldEvent;
}

/// <summary>A machine with its server, as the world knows it.</summary>
internal sealed record WorldNode(
    EngineMember Member, GroupsMachine? Server, int Ring, bool IsStopped, EquatableArray<WorldEvent> Queue)
{
    /// <summary>Counts its boots.</summary>
    public int Boots { get; init; } = 1;

    /// <summary>It has no power.</summary>
    public bool IsOff { get; init; }

    /// <summary>What its server keeps until it boots.</summary>
    public EquatableArray<string> Kept { get; init; } = [];

    /// <summary>The name of its boot.</summary>
    public string Boot => $"{Member.Node}.{Boots}";
}

/// <summary>How a client votes.</summary>
internal enum Habit
{
    Approves,
    Rejects,
    ContinuesOnce,
    IsSilent,
}

/// <summary>An application, as it should be: it acts only while its session lasts.</summary>
internal sealed record WorldClient(int Node, long Number, Habit Habit)
{
    public ClientId? Id { get; init; }

    public bool IsOpen { get; init; }

    public bool ClosedItself { get; init; }

    /// <summary>Which boot of its node it runs in.</summary>
    public int Boot { get; init; }

    /// <summary>Its server ended the connection, and it hasn't noticed.</summary>
    public bool IsDropped { get; init; }

    /// <summary>The end of its lease, on the world's clock.</summary>
    public long Until { get; init; }

    public long LastRequest { get; init; }

    public EquatableMap<long, ClaimName> ClaimsAsked { get; init; }

    public EquatableMap<ClaimName, long> Held { get; init; }

    /// <summary>Groups that it is in, as far as it was told and hasn't asked to leave.</summary>
    public EquatableMap<GroupName, long> MemberSince { get; init; }

    /// <summary>Groups that it has asked to leave since it last asked to join.</summary>
    public EquatableArray<GroupName> Leaving { get; init; } = [];

    public EquatableArray<long> Epochs { get; init; } = [];

    /// <summary>What it saw of groups, in short.</summary>
    public EquatableArray<string> Seen { get; init; } = [];

    public EquatableArray<string> Answers { get; init; } = [];
}
