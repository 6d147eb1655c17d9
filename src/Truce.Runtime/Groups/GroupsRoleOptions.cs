using System.Collections.Immutable;
using Truce.Groups;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Groups;

/// <summary>Start parameters of a server of Group Services.</summary>
/// <param name="Node">This node.</param>
/// <param name="Life">What the server begins with.</param>
/// <param name="CallerOf">Who is at the other end of a connection; null: nobody who may connect.</param>
public sealed record GroupsRoleOptions(
    NodeId Node, ServerLife Life, Func<PeerCredentials, GroupsCaller?> CallerOf)
{
    /// <summary>Who may use what, besides those who may use all.</summary>
    public ImmutableArray<AccessEntry> Access { get; init; } = [];

    /// <summary>Keeps what a server of the same boot has to know
    /// (<see cref="GroupsOutput.Keep"/>).</summary>
    public Action<EquatableArray<string>> Keep { get; init; } = _ => { };

    /// <summary>Bounds of the protocol.</summary>
    public GroupsLimits Limits { get; init; } = new();

    /// <summary>Times of the protocol.</summary>
    public GroupsTimes Times { get; init; } = new();

    /// <summary>How long a connection may take to introduce itself.</summary>
    public TimeSpan HelloLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages that may wait for the engine.</summary>
    public int SendQueueMax { get; init; } = 16_384;

    /// <summary>Why this engine is too slow for the lease, with the arithmetic; null: it isn't. A node's loss
    /// holds up all messages for token and consensus (1.2 of the token, Corosync's default).</summary>
    public static string? Objection(TimeSpan token, GroupsTimes times)
    {
        TimeSpan silence = (token * 2.2) + (times.Tick * 3);
        return silence > times.Lease
            ? $"token {token.TotalMilliseconds:0} ms x 2.2 + three ticks = "
                + $"{silence.TotalMilliseconds:0} ms > "
                + $"lease {times.Lease.TotalMilliseconds:0} ms: any node's loss ends every client's session"
            : null;
    }
}
