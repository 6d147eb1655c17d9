using System.Collections.Concurrent;
using Truce.Contracts.Groups;

namespace Truce.Client.Groups;

/// <summary>A group as this client was told of it last.</summary>
/// <param name="Epoch">The epoch of that notice.</param>
/// <param name="Now">The group; null: it doesn't exist.</param>
public sealed record GroupSeen(long Epoch, WireGroup? Now);

/// <summary>What a client that rejoined may have missed in a group between two sessions.</summary>
/// <param name="Group">The group.</param>
/// <param name="Before">As it was last told in a session before.</param>
/// <param name="Now">As it is now; with this client, if it is a member.</param>
public sealed record MissedChanges(string Group, GroupSeen Before, GroupSeen Now);

/// <summary>What a session is in, and what it was told: what the next one takes up.</summary>
internal sealed class GroupMemory(string client)
{
    private readonly ConcurrentDictionary<string, GroupsRequest.Join> _joined = new();
    private readonly ConcurrentDictionary<string, GroupsRequest.Watch> _watched = new();
    private readonly ConcurrentDictionary<string, GroupSeen> _seen = new();
    private readonly ConcurrentDictionary<string, GroupSeen> _before = new();

    /// <summary>Groups that it is or was told of.</summary>
    public IReadOnlyDictionary<string, GroupSeen> Seen => _seen;

    /// <summary>Requests that bring it back to where it was.</summary>
    public IReadOnlyList<GroupsRequest> Wanted => [.. _watched.Values, .. _joined.Values];

    /// <summary>What may have been missed.</summary>
    public IReadOnlyList<MissedChanges> Missed =>
    [
        .. _before.Where(b => _seen.ContainsKey(b.Key)).OrderBy(b => b.Key, StringComparer.Ordinal)
            .Select(b => new MissedChanges(b.Key, b.Value, _seen[b.Key])),
    ];

    /// <summary>Takes over what a lost session was in.</summary>
    public void Inherit(GroupMemory lost)
    {
        foreach ((string group, GroupsRequest.Join join) in lost._joined)
            _joined[group] = join;
        foreach ((string group, GroupsRequest.Watch watch) in lost._watched)
            _watched[group] = watch;
        foreach ((string group, GroupSeen seen) in lost._before.Concat(lost._seen))
            _before[group] = seen;
    }

    /// <summary>A request was done.</summary>
    public void Done(GroupsRequest request)
    {
        switch (request)
        {
            case GroupsRequest.Join join:
                _joined[join.Group] = join;
                break;
            case GroupsRequest.Watch watch:
                _watched[watch.Group] = watch;
                break;
            case GroupsRequest.Leave leave:
                _joined.TryRemove(leave.Group, out _);
                break;
            case GroupsRequest.Goodbye goodbye:
                _joined.TryRemove(goodbye.Group, out _);
                break;
            case GroupsRequest.Unwatch unwatch:
                _watched.TryRemove(unwatch.Group, out _);
                break;
            case GroupsRequest.Hello or GroupsRequest.Expel or GroupsRequest.SetValue
                or GroupsRequest.Attributes or GroupsRequest.Broadcast or GroupsRequest.Vote
                or GroupsRequest.Claim or GroupsRequest.Release or GroupsRequest.Alive or GroupsRequest.List
                or GroupsRequest.Show:
                break;
        }
    }

    /// <summary>A notice came.</summary>
    public void Told(GroupsReply notice)
    {
        switch (notice)
        {
            case GroupsReply.Watched watched:
                _seen[watched.Name] = new GroupSeen(watched.Epoch, watched.Now);
                break;
            case GroupsReply.Changed changed:
                _seen[changed.Group] = new GroupSeen(changed.Epoch, changed.Now);
                // Removed by the others: it doesn't come back by itself.
                if (changed.Now.Members.All(m => m.Client != client)
                    && changed.Changes.Any(c => c.Client == client))
                    _joined.TryRemove(changed.Group, out _);
                break;
            case GroupsReply.Unproven unproven:
                _seen[unproven.Group] = new GroupSeen(unproven.Epoch, unproven.Now);
                break;
            case GroupsReply.Responsive responsive:
                _seen[responsive.Group] = new GroupSeen(responsive.Epoch, responsive.Now);
                break;
            case GroupsReply.Dissolved dissolved:
                _seen[dissolved.Group] = new GroupSeen(dissolved.Epoch, null);
                break;
            case GroupsReply.Hello or GroupsReply.Session or GroupsReply.Lease or GroupsReply.Answer
                or GroupsReply.Phase or GroupsReply.Late or GroupsReply.Deactivate or GroupsReply.Hosts
                or GroupsReply.Links or GroupsReply.Ping or GroupsReply.Listed or GroupsReply.Shown
                or GroupsReply.Bye:
                break;
        }
    }
}
