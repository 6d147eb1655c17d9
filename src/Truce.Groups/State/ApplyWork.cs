using Truce.Model;

namespace Truce.Groups;

/// <summary>What follows from a command, for clients.</summary>
internal abstract record GroupsEffect
{
    private GroupsEffect() { }

    /// <summary>Members of a group are told.</summary>
    public sealed record Told(Notice Notice) : GroupsEffect;

    /// <summary>A request is answered.</summary>
    public sealed record Answered(ClientId Client, long Request, RequestOutcome Outcome) : GroupsEffect;
}

/// <summary>The state while one command is applied, and what follows from it.</summary>
internal sealed class ApplyWork(GroupsState state, GroupsLimits limits)
{
    private readonly List<GroupsEffect> _effects = [];

    public GroupsState State { get; set; } = state;

    public GroupsLimits Limits { get; } = limits;

    /// <summary>In order.</summary>
    public IReadOnlyList<GroupsEffect> Effects => _effects;

    /// <summary>The next epoch.</summary>
    public long Next()
    {
        State = State with { Token = State.Token + 1 };
        return State.Token;
    }

    public Group? Find(GroupName name) => State.Groups.Find(name);

    public Group Get(GroupName name) =>
        Find(name) ?? throw new InvariantException($"group {name} is gone while it changes");

    public void Put(GroupName name, Group group) => State = State with
    {
        Groups = State.Groups.Set(name, group),
        Bytes = State.Bytes + StateSize.Of(name, group) - StateSize.Of(name, Find(name)),
    };

    public void Remove(GroupName name) => State = State with
    {
        Groups = State.Groups.Remove(name),
        Bytes = State.Bytes - StateSize.Of(name, Find(name)),
    };

    public void Put(ClaimName name, Claim claim) => State = State with
    {
        Claims = State.Claims.Set(name, claim),
        Bytes = State.Bytes + StateSize.Of(name, claim) - StateSize.Of(name, State.Claims.Find(name)),
    };

    public void Remove(ClaimName name) => State = State with
    {
        Claims = State.Claims.Remove(name),
        Bytes = State.Bytes - StateSize.Of(name, State.Claims.Find(name)),
    };

    /// <summary>Whether the state may grow by so many bytes.</summary>
    public bool HasRoom(long bytes) =>
        State.Bytes + StateSize.OfDebts(State.Debts) + bytes <= Limits.StateBytes;

    public void Tell(GroupName group, EquatableArray<ClientId> to, Reach reach, NoticeBody body) =>
        _effects.Add(new GroupsEffect.Told(new Notice(group, Next(), to, reach, body)));

    public void Answer(ClientId client, long request, RequestOutcome outcome) =>
        _effects.Add(new GroupsEffect.Answered(client, request, outcome));

    public void Refuse(ClientId client, long request, RefusalCode code) =>
        Answer(client, request, new RequestOutcome.Refused(code));
}
