using Truce.Groups;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Runtime.Groups.Peers;

namespace Truce.Runtime.Tests.Groups;

/// <summary>What servers send each other comes out as it went in.</summary>
public sealed class GroupsPeerProtocolTests
{
    private static readonly EngineMember s_member = new(new NodeId("n1"), 7);
    private static readonly Epoch s_epoch = new(3, 2);
    private static readonly ServerId s_server = new(s_member, s_epoch);
    private static readonly ClientId s_client = new(s_server, 1L << 32);
    private static readonly Lineage s_lineage = new(s_member, s_epoch, 1_700_000_000_000);
    private static readonly ViewTag s_view = new(new RingId(1, 3), ulong.MaxValue, 1);
    private static readonly ProposalTerms s_terms =
        new(PhaseCount.Many, Collision.Queue, TimeSpan.FromSeconds(3), DefaultVote.Reject, "key");

    private static readonly HostLink s_link =
        new(new NodeId("n1"), new NodeId("n2"), 1, HostLinkState.Down);

    private static readonly Vote s_vote =
        new(VoteChoice.Continue, "why \"so\"\n")
        {
            Value = "ü",
            Message = "m",
            Default = DefaultVote.Approve,
        };

    public static TheoryData<string> Names => [.. Messages().Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_read_as_it_was_written(string name)
    {
        GroupsMessage message = Messages().Single(m => m.Name == name).Message;
        GroupsMessage? read = GroupsPeerProtocol.Decode(GroupsPeerProtocol.Encode(message), out string error);
        Assert.Equal("", error);
        Assert.Equal(message, read);
    }

    [Theory]
    [InlineData("{\"type\":\"ack\"")]
    [InlineData("{\"type\":\"nosuch\"}")]
    [InlineData("{\"type\":\"submit\",\"view\":{},\"number\":1}")]
    public void What_is_no_message_isnt_read(string text)
    {
        Assert.Null(GroupsPeerProtocol.Decode(System.Text.Encoding.UTF8.GetBytes(text), out string error));
        Assert.NotEqual("", error);
    }

    private static IEnumerable<(string Name, GroupsMessage Message)> Messages()
    {
        HelloWords words = new(
            s_server, s_lineage, new Standing(s_epoch, 9), 5, 6, EngineQuorum.Present, 2,
            [new(new NodeId("n1"), 1)])
        {
            Boot = "b1",
            Owes = ["claim c", "group g"],
        };
        yield return ("hello", new GroupsMessage.Hello(s_view, words));
        yield return ("hello of one that knows nothing",
            new GroupsMessage.Hello(s_view, words with { Id = null, Lineage = null }));
        yield return ("regather", new GroupsMessage.Regather(s_view));
        yield return ("proceed", new GroupsMessage.Proceed(s_view, [s_member]));
        yield return ("ack", new GroupsMessage.Acknowledge(s_epoch, 4));
        yield return ("snapshot", new GroupsMessage.Snapshot(
            s_view, State(), 8, [new GroupsEntry(9, s_server, 2, new GroupsCommand.Open(s_lineage))]));
        foreach (GroupsCommand command in Commands())
            yield return (Name(command), new GroupsMessage.Submit(s_epoch, 3, command));
    }

    private static string Name(GroupsCommand command) =>
        command is GroupsCommand.Asked asked ? asked.What.ToString() : command.ToString();

    private static IEnumerable<GroupsCommand> Commands()
    {
        yield return new GroupsCommand.Formed(s_epoch, [s_server])
        {
            Boots = [new ServerBoot(s_server, "b1", ["claim c"])],
            Configured = [new NodeId("n1"), new NodeId("n2")],
        };
        yield return new GroupsCommand.Proven(
            new NodeProof(new NodeId("n1"), "b1", ProofReach.Node, "fencing 7"));
        yield return new GroupsCommand.Responsive(s_client, new("g"), Responsiveness.Lost);
        yield return new GroupsCommand.LinksTold(s_server, [s_link]);
        yield return new GroupsCommand.Beat(new Instant(long.MaxValue));
        yield return new GroupsCommand.Open(s_lineage);
        yield return new GroupsCommand.ServerGone(s_server);
        yield return new GroupsCommand.ClientGone(s_client);
        yield return new GroupsCommand.PhaseOver(new("g"), 1, 2);
        foreach (GroupRequest request in Requests())
            yield return new GroupsCommand.Asked(s_client, 1, request);
    }

    private static IEnumerable<GroupRequest> Requests()
    {
        yield return new GroupRequest.Join(new("g"), "a", null);
        yield return new GroupRequest.Join(new("g"), "a", null)
        {
            Check = new(ResponsivenessBy.Counter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)),
            Deactivate = "off",
        };
        yield return new GroupRequest.Join(new("g"), "a", GroupAttributes.Plain with { Source = new("s") });
        yield return new GroupRequest.Leave(new("g"), s_terms);
        yield return new GroupRequest.Goodbye(new("g"));
        yield return new GroupRequest.Expel(new("g"), s_client, "r", s_terms);
        yield return new GroupRequest.ChangeValue(new("g"), 3, "\u001f\u2028", s_terms);
        yield return new GroupRequest.ChangeAttributes(new("g"), GroupAttributes.Plain, s_terms);
        yield return new GroupRequest.Broadcast(new("g"), "m", s_terms);
        yield return new GroupRequest.CastVote(new("g"), 1, 2, s_vote);
        yield return new GroupRequest.TakeClaim(new("c"), ClaimPatience.Wait);
        yield return new GroupRequest.TakeClaim(new("c"), ClaimPatience.Refuse, FenceDemand.Required);
        yield return new GroupRequest.ReleaseClaim(new("c"));
    }

    private static GroupsState State()
    {
        Proposal proposal = new(4, s_client, 2, new Change.State(null, "v"), s_terms);
        Proposal[] queue =
        [
            proposal with { Change = new Change.Join(new Provider(s_client, "a")) },
            proposal with { Change = new Change.Leave(s_client) },
            proposal with { By = null, Change = new Change.Removal(s_client, RemovalCause.ServerFailed) },
            proposal with { Change = new Change.Removal(s_client, RemovalCause.Expelled) { Proof = "p" } },
            proposal with { Change = new Change.Expel(s_client, "r") { Deactivation = "done" } },
            proposal with { Change = new Change.Attributes(GroupAttributes.Plain) },
            proposal with { Change = new Change.Message("m") },
        ];
        Protocol running = new(
            4, [proposal], 1, TimeSpan.FromMinutes(1), DefaultVote.Approve, [s_client],
            default(EquatableMap<ClientId, Vote>).Set(s_client, s_vote), "v",
            [new VoteMessage(s_client, "m")])
        {
            Stage = ProtocolStage.Deactivating,
        };
        Group group = new(
            new GroupView(
                [new Provider(s_client, "a")], "v", 3,
                GroupAttributes.Plain with { Fence = FenceDemand.Required })
            {
                Held = [new HeldRemoval(s_client, RemovalCause.ClientFailed, "b1")],
                Unresponsive = [s_client],
            },
            running,
            queue.ToEquatableArray(),
            [new KeyedOutcome("k", new RequestOutcome.Done(1)), new("l", new RequestOutcome.Rejected(2, "r")),
                new("m", new RequestOutcome.Refused(RefusalCode.Busy))]);
        return new GroupsState(
            s_lineage, LineagePhase.Open, 77,
            default(EquatableMap<ServerId, ServerStanding>).Set(
                s_server, new ServerStanding(ServerPresence.Lost, "b1")),
            default(EquatableMap<GroupName, Group>).Set(new("g"), group),
            default(EquatableMap<ClaimName, Claim>).Set(
                new("c"), new Claim(s_client, 5, [new Waiter(s_client, 6)])
                {
                    Fence = FenceDemand.Required,
                    AwaitedBoot = "b1",
                }))
        {
            Unheard = [new NodeId("n3")],
            Debts = [new Debt(new NodeId("n2"), "b2", "claim c")],
            Bytes = 12,
            Hosts = [new Host(new NodeId("n1"), HostState.Off)],
            Links = [s_link],
        };
    }
}
