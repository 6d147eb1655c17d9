using System.Globalization;
using Truce.Contracts;
using Truce.Contracts.Groups;
using Truce.Groups;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Runtime.Groups.Peers;

namespace Truce.Runtime.Tests.Groups;

/// <summary>A joining server can be sent whatever the others hold.</summary>
public sealed class GroupsSnapshotTests
{
    private const int Servers = 32;

    // What becomes longest in JSON: control characters, quotes, and characters that are written as escapes.
    private static readonly string s_long = string.Concat(
        Enumerable.Repeat("\u0001\"\\\ud83d\ude00\u2028é", 40));

    [Fact]
    public void The_largest_snapshot_fits_the_engines_largest_message() =>
        Assert.InRange(new GroupsLimits().SnapshotBytesMax(Servers), 1, SizeBudget.EngineMessageBytesMax);

    [Fact]
    public void It_is_never_larger_than_it_is_counted()
    {
        GroupsRoleWorld world = new GroupsRoleWorld().Opened();
        TestClient[] clients = [.. Enumerable.Range(0, 6).Select(n => world[n % 3].Session())];
        for (int at = 0; at < 60; at++)
            Fill(world, clients, at);
        GroupsState state = world[0].Role.State!;
        byte[] empty = Encode(state with { Groups = default, Claims = default });
        byte[] full = Encode(state);
        Assert.True(state.Groups.Count >= 4 && state.Claims.Count >= 10);
        Assert.InRange(full.Length - empty.Length, 1, state.Bytes);
    }

    private static void Fill(GroupsRoleWorld world, TestClient[] clients, int at)
    {
        TestClient client = clients[at % 6];
        string group = string.Create(CultureInfo.InvariantCulture, $"g{at % 5}é");
        WireTerms terms = new(WirePhases.Many, LimitMs: 600_000, Key: s_long[..9]);
        client.Ask(id => new GroupsRequest.Join(
            id, group, "é😀", new WireAttributes(RemovalPhases: WirePhases.Many), new WireResponsiveness(),
            "umount \"x\""));
        client.Ask(id => new GroupsRequest.Claim(id, $"c{at % 20}"));
        client.Ask(id => new GroupsRequest.SetValue(id, group, s_long, null, new WireTerms()));
        client.Ask(id => new GroupsRequest.Broadcast(id, group, s_long, terms with { Key = $"k{at}" }));
        GroupsReply.Phase? phase =
            client.Lines.OfType<GroupsReply.Phase>().LastOrDefault(p => p.Group == group);
        if (phase is not null)
            client.Ask(id => new GroupsRequest.Vote(
                id, group, phase.Protocol, phase.Number,
                at % 5 == 0 ? WireChoice.Reject : WireChoice.Continue, s_long[..50], s_long, s_long[..60]));
        if (at % 7 == 0)
            client.Ask(id => new GroupsRequest.Goodbye(id, group));
        world.Pass(TimeSpan.FromMilliseconds(100));
    }

    private static byte[] Encode(GroupsState state) => GroupsPeerProtocol.Encode(
        new GroupsMessage.Snapshot(new ViewTag(new RingId(1, 3), 7, 1), state, 8, []));
}
