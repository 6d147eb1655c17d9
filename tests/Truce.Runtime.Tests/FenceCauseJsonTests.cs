using System.Text;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Runtime.Tests;

/// <summary>Causes on the wire and on disk.</summary>
public sealed class FenceCauseJsonTests
{
    private static readonly ResourceFailure s_failure = new(
        new ResourceId("db"), "stop", 5, "ocf:x:y:d", "target is \"busy\"");

    public static TheoryData<FenceCause> All =>
    [
        new FenceCause.NodeLost(), new FenceCause.UncleanAtStart(), new FenceCause.NeverSeen(),
        new FenceCause.ControllerLost(), new FenceCause.Silent(), new FenceCause.JoinTimedOut(),
        new FenceCause.NotAdmitted(), new FenceCause.ActiveUnreachable(new ResourceId("db")),
        new FenceCause.FailedStop(s_failure),
        new FenceCause.FailedOperation(s_failure with { Operation = "monitor" }),
        new FenceCause.LostInStart(s_failure with { Operation = "start" }),
        new FenceCause.TicketLost("t", new ResourceId("db")),
            new FenceCause.ContainerFailed(new ResourceId("vm")),
        new FenceCause.ConnectionLost(new ResourceId("far")), new FenceCause.NoQuorum(),
            new FenceCause.Unfencing(),
        new FenceCause.Requested("root: by hand"), new FenceCause.Unrecorded("from-tomorrow"),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void A_cause_survives_the_disk(FenceCause cause)
    {
        FenceState state = State([cause, new FenceCause.NoQuorum()]);
        Assert.Equal(state, PeerProtocol.DecodeFence(PeerProtocol.Encode(state), out string error));
        Assert.Equal("", error);
    }

    [Fact]
    public void The_list_of_causes_is_complete() => Assert.Equal(
        typeof(FenceCause).GetNestedTypes().Order(TypeNames.Instance),
        All.Select(row => row.Data.GetType()).Distinct().Order(TypeNames.Instance));

    [Fact]
    public void A_record_of_an_earlier_version_is_read_without_its_cause()
    {
        string text = Encoding.UTF8.GetString(PeerProtocol.Encode(State([new FenceCause.NoQuorum()])));
        string old = text.Replace(
            "\"causes\":[{\"kind\":\"no-quorum\"}]", "\"cause\":{\"kind\":\"Resource\",\"resource\":\"db\"}",
                StringComparison.Ordinal);
        Assert.NotEqual(text, old);
        FenceState? read = PeerProtocol.DecodeFence(Encoding.UTF8.GetBytes(old), out _);
        Assert.Equal(new FenceCause.Unrecorded(""), read!.Intent.Cause);
    }

    private static FenceState State(EquatableArray<FenceCause> causes) => new()
    {
        Intent = new FenceIntent(
            "f1", new NodeId("n1"), "boot1", "reboot", new NodeId("n2"), causes, "evidence"),
        Stage = FenceStage.Done,
        Epoch = 1,
        Index = 7,
        Begin = DateTimeOffset.UnixEpoch,
    };

    private sealed class TypeNames : IComparer<Type>
    {
        public static readonly TypeNames Instance = new();

        public int Compare(Type? x, Type? y) => string.CompareOrdinal(x?.Name, y?.Name);
    }
}
