using Truce.Engine.Local;
using Truce.Engine.Tests.Contract;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Local;

/// <summary>The contract, kept by the local engine, and what only the local engine promises.</summary>
public sealed class LocalEngineTests : EngineContract
{
    private LocalEngineWorld Local => (LocalEngineWorld)World;

    protected override IEngineWorld Create() => new LocalEngineWorld();

    [Fact]
    public void A_process_of_another_machine_is_refused()
    {
        EngineUnavailableException e = Assert.Throws<EngineUnavailableException>(
            () => Local.Join("n1", "control", "first boot", kernel: "another kernel"));
        Assert.True(e.Refused);
        Assert.Contains("one machine", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_not_configured_is_refused()
    {
        EngineUnavailableException e = Assert.Throws<EngineUnavailableException>(() => Local.Join("n9", "control"));
        Assert.True(e.Refused);
    }

    [Fact]
    public void A_node_that_boots_within_the_token_time_ends_its_earlier_life_at_once()
    {
        TestMember[] members = Three("control");
        Local.KillNode("n3");
        TestMember again = Local.Join("n3", "control", "second boot");
        members[0].UntilMembers(members[0], members[1], again);
        Assert.Contains(members[0].Views, v => v.Left.Contains(
            new MembershipChange(members[2].Self, MembershipReason.NodeDown)));
    }

    [Fact]
    public void A_process_that_is_restarted_at_once_proves_that_its_node_lives()
    {
        TestMember[] members = Three("control");
        Local.KillProcess(members[2]);
        TestMember again = Local.Join("n3", "control");
        members[0].UntilMembers(members[0], members[1], again);
        Assert.Contains(members[0].Views, v => v.Left.Contains(
            new MembershipChange(members[2].Self, MembershipReason.ProcessDown)));
    }

    [Fact]
    public void A_line_of_nonsense_on_the_control_socket_is_answered_with_what_is_wrong()
    {
        Three("control");
        Assert.Contains("\"ok\":false", Local.Tell("{"), StringComparison.Ordinal);
        Assert.Contains("\"ok\":false", Local.Tell("""{"op":"explode"}"""), StringComparison.Ordinal);
        Assert.Contains("\"ok\":true", Local.Tell("""{"op":"status"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_sends_no_frames_of_ours_is_dropped_and_the_others_go_on()
    {
        TestMember[] members = Three("control");
        using System.Net.Sockets.Socket socket = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(Local.Socket));
        socket.Send("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.Equal(0, socket.Receive(new byte[1]));
        members[0].Send("still here");
        members[1].Until(m => m.Texts.Count == 1, "the message");
    }

    [Fact]
    public void Two_nodes_are_quorate_alone_only_after_they_have_been_together()
    {
        using LocalEngineWorld two = new(o => o with
        {
            Nodes = LocalEngineWorld.Nodes("n1", "n2"), TwoNode = true, WaitForAll = true,
        });
        TestMember first = two.Join("n1", "control");
        first.Until(m => m.LastQuorum is { Info.Quorate: false, Info.Needed: 1, Info.Votes: 1 }, "waits for all");
        TestMember second = two.Join("n2", "control");
        first.Until(m => m.LastQuorum is { Info.Quorate: true, Info.Votes: 2 }, "quorate together");
        two.KillNode("n2");
        first.UntilMembers(first);
        first.Until(m => m.LastQuorum is { Info.Quorate: true, Info.Votes: 1 }, "quorate alone");
        Assert.Equal(SendResult.Gone, second.Engine.TrySend(new byte[1]));
    }
}
