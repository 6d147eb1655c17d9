using Truce.Contracts.Groups;
using Truce.Fuzz.Running;
using Truce.Groups;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Runtime.Groups;
using Truce.Runtime.Groups.Peers;

namespace Truce.Fuzz.Targets;

/// <summary>What clients write to Group Services, and what its servers make of it.</summary>
internal static class GroupsTargets
{
    private static readonly string[] s_words =
    [
        "{\"type\":\"", "\"id\":", "null", "-1", "9223372036854775807", "1e999", "\"\\ud800\"", "\"\\u0000\"",
        "\"limitMs\":", "\"terms\":{", "\"settings\":{", "\"source\":", "\"approve, reject\"", "[[[[[[[[",
            ",", "}",
    ];

    private static readonly ClientId s_client =
        new(new ServerId(new EngineMember(new NodeId("n1"), 1), new Epoch(1, 1)), 1);

    /// <summary>A client's line. Whatever a server submits of it, all servers can read: one that can't
    /// ends.</summary>
    public static FuzzTarget Lines { get; } = new(
        "groups", [.. Seeds().Select(GroupsWire.Line)], s_words, input =>
    {
        if (GroupsWire.ReadReply(input, out _) is { } reply)
            _ = GroupsWire.Line(reply);
        if (GroupsWire.ReadRequest(input, out _) is not { } request)
            return;
        _ = GroupsWire.Line(request);
        if (WireReading.Read(request, (_, _) => s_client) is var (id, what))
            RequireReadable(new GroupsMessage.Submit(
                s_client.Server.Since, 1, new GroupsCommand.Asked(s_client, id, what)));
    });

    /// <summary>Between servers.</summary>
    public static FuzzTarget Peers { get; } = new("groups-peers", [.. PeerSeeds()], s_words, input =>
    {
        if (GroupsPeerProtocol.Decode(input, out _) is { } message)
            _ = GroupsPeerProtocol.Encode(message);
    });

    private static void RequireReadable(GroupsMessage message)
    {
        if (GroupsPeerProtocol.Decode(GroupsPeerProtocol.Encode(message), out string error) is null)
            throw new InvalidOperationException($"no server can read {message}: {error}");
    }

    private static IEnumerable<GroupsRequest> Seeds() =>
    [
        new GroupsRequest.Hello(1), new GroupsRequest.List(1), new GroupsRequest.Show(2, "g"),
        new GroupsRequest.Join(
            3, "g", "a", new WireAttributes(Source: "s"), new WireResponsiveness(WireCheck.Counter), "off"),
        new GroupsRequest.Alive("g", 7),
        new GroupsRequest.Leave(4, "g", new WireTerms(WirePhases.Many, Key: "k")),
        new GroupsRequest.Expel(5, "g", "c", "why"), new GroupsRequest.SetValue(6, "g", "v", 7),
        new GroupsRequest.Vote(8, "g", 1, 1, WireChoice.Continue, "r", "v", "m", WireDefault.Reject),
        new GroupsRequest.Broadcast(9, "g", "\u00fc\n"), new GroupsRequest.Claim(10, "c"),
    ];

    private static IEnumerable<byte[]> PeerSeeds()
    {
        foreach (GroupsRequest seed in Seeds())
        {
            if (WireReading.Read(seed, (_, _) => s_client) is var (id, what))
                yield return GroupsPeerProtocol.Encode(new GroupsMessage.Submit(
                    s_client.Server.Since, id, new GroupsCommand.Asked(s_client, id, what)));
        }

        yield return GroupsPeerProtocol.Encode(new GroupsMessage.Acknowledge(s_client.Server.Since, 3));
        yield return GroupsPeerProtocol.Encode(
            new GroupsMessage.Proceed(new ViewTag(new RingId(1, 2), 3, 4), [s_client.Server.Member]));
    }
}
