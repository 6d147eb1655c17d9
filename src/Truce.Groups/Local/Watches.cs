using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// What this server sees the time of: phases since they began here, servers since they were lost here, the
/// lineage since it began here. Each server watches by its own clock and announces what is due; the
/// first announcement counts. Never too early: here is never before it was committed.
/// </summary>
internal sealed record Watches
{
    /// <summary>Phases that run.</summary>
    public EquatableMap<GroupName, WatchedPhase> Phases { get; init; }

    /// <summary>Lost servers.</summary>
    public EquatableMap<ServerId, Instant> Lost { get; init; }

    /// <summary>The lineage that is shut, and since when.</summary>
    public Instant? ShutSince { get; init; }

    /// <summary>What a state asks to be watched.</summary>
    public Watches Follow(GroupsState state, Instant now)
    {
        EquatableMap<GroupName, WatchedPhase> phases = Phases.RemoveAll(p =>
            state.Groups.Find(p.Key)?.Running is not { } r || r.Id != p.Value.Protocol
                || r.Phase != p.Value.Phase);
        foreach (MapEntry<GroupName, Group> group in state.Groups.Entries)
        {
            if (group.Value.Running is { } running && !phases.Has(group.Key))
                phases =
                    phases.Set(group.Key,
                        new WatchedPhase(running.Id, running.Phase, now.Plus(running.Limit)));
        }

        EquatableMap<ServerId, Instant> lost = Lost.RemoveAll(l => !IsLost(state, l.Key));
        foreach (ServerId server in state.Servers.Keys)
        {
            if (IsLost(state, server) && !lost.Has(server))
                lost = lost.Set(server, now);
        }

        return new Watches
        {
            Phases = phases,
            Lost = lost,
            ShutSince = state.Phase == LineagePhase.Shut ? ShutSince ?? now : null,
        };
    }

    /// <summary>Everything that is to be announced, and when; <paramref name="turn"/>: this server's delay
    /// behind the first.</summary>
    public IEnumerable<(Instant At, GroupsCommand Command)> Due(GroupsState state, GroupsTimes times,
        TimeSpan turn)
    {
        foreach (MapEntry<GroupName, WatchedPhase> phase in Phases.Entries)
        {
            yield return (phase.Value.Until.Plus(turn),
                new GroupsCommand.PhaseOver(phase.Key, phase.Value.Protocol, phase.Value.Phase));
        }

        foreach (MapEntry<ServerId, Instant> lost in Lost.Entries)
            yield return (lost.Value.Plus(times.Lease + times.Margin + turn),
                new GroupsCommand.ServerGone(lost.Key));
        if (ShutSince is { } since)
            yield return (since.Plus(times.Lease + times.Margin + turn),
                new GroupsCommand.Open(state.Lineage));
    }

    private static bool IsLost(GroupsState state, ServerId server) =>
        state.Servers.Find(server) is { Presence: ServerPresence.Lost or ServerPresence.Off };
}

/// <summary>A phase and the end of its time here.</summary>
internal sealed record WatchedPhase(long Protocol, int Phase, Instant Until);
