using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Truce.Contracts;
using Truce.Control;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Supervisor;

namespace Truce.Runtime.Tests.Supervisor;

public sealed partial class SupervisorRoleTests : IProcessHost, ILinks, IWatchdog, IPower, IEngine
{
    private static readonly RoleKind[] s_roles =
        [RoleKind.Executor, RoleKind.Fencer, RoleKind.Controller, RoleKind.Api];
    private const uint ApiUser = 64811;
    private readonly List<string> _done = [];
    private readonly List<(LinkId Link, SupervisorMessage Message)> _sent = [];
    private SupervisorRole _role;
    private long _ms;
    private long _nextLink;

    public SupervisorRoleTests()
    {
        _role = Begin(new SupervisorOptions());
        EngineComes();
    }

    public TimeSpan? Timeout => TimeSpan.FromSeconds(4);

    public EngineMember Self => new(new NodeId("n1"), 1);

    public TimeSpan Token => TimeSpan.FromSeconds(1);

    private RoleTime Now => new(new Instant(_ms * 1_000_000), DateTimeOffset.UnixEpoch.AddMilliseconds(_ms));

    [Fact]
    public void All_roles_are_started_and_one_that_dies_is_started_again()
    {
        Assert.Equal(["start Executor", "start Fencer", "start Controller", "start Api"], Starts());
        Dies(RoleKind.Executor);
        Assert.Equal("start Executor", Starts()[^1]);
        Assert.DoesNotContain(_done, d => d.StartsWith("panic", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RoleKind.Executor)]
    [InlineData(RoleKind.Fencer)]
    [InlineData(RoleKind.Controller)]
    public void A_role_that_dies_more_often_than_allowed_within_the_window_resets_the_node(RoleKind kind)
    {
        Dies(kind);
        Dies(kind);
        Assert.DoesNotContain(_done, d => d.StartsWith("panic", StringComparison.Ordinal));
        Dies(kind);
        Assert.StartsWith("panic", _done[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Deaths_before_the_window_do_not_count()
    {
        for (int i = 0; i < 20; i++)
        {
            Dies(RoleKind.Controller);
            PassAllAlive(31_000);
        }

        Assert.DoesNotContain(_done, d => d.StartsWith("panic", StringComparison.Ordinal));
    }

    [Fact]
    public void The_api_is_never_worth_a_reset_and_comes_back_later()
    {
        for (int i = 0; i < 3; i++)
            Dies(RoleKind.Api);
        int starts = Starts().Count;
        Assert.DoesNotContain(_done, d => d.StartsWith("panic", StringComparison.Ordinal));
        PassAllAlive(31_000);
        Assert.Equal("start Api", Starts()[^1]);
        Assert.Equal(starts + 1, Starts().Count);
    }

    [Fact]
    public void A_role_whose_loop_falls_silent_is_killed()
    {
        LinkId[] links = [.. s_roles.Select(Ready)];
        for (int i = 0; i < 12; i++)
        {
            foreach (LinkId link in links.Take(3))
                Say(link, new SupervisorMessage.Alive(i));
            Pass(1000);
        }

        Assert.Contains("kill Api", _done);
        Assert.DoesNotContain("kill Executor", _done);
    }

    [Fact]
    public void A_hang_is_noticed_before_the_peers_take_the_controller_for_stuck()
    {
        LinkId[] links = [.. s_roles.Select(Ready)];
        ControlLimits peers = new();
        int killed = 0;
        for (int ms = 0; killed == 0 && ms < 20_000; ms += 100)
        {
            if (ms % 1000 == 0)
            {
                foreach (LinkId link in links.Take(3))
                    Say(link, new SupervisorMessage.Alive(ms));
            }

            Pass(100);
            killed = _done.Contains("kill Api") ? ms + 100 : 0;
        }

        Assert.InRange(killed, 3_000, (peers.Stuck - peers.Tick - StallRule.Reaction).TotalMilliseconds);
        Pass(1000);
        Assert.Single(_done, "kill Api");
    }

    [Fact]
    public void After_a_stall_of_its_own_it_does_not_blame_the_others()
    {
        foreach (RoleKind kind in s_roles)
            Ready(kind);
        _ms += 60_000;
        _role.OnTimer(Now);
        Assert.DoesNotContain(_done, d => d.StartsWith("kill", StringComparison.Ordinal));
    }

    [Fact]
    public void The_watchdog_is_petted_four_times_within_its_time()
    {
        _done.Clear();
        PassAllAlive(8000);
        Assert.InRange(_done.Count(d => d == "pet"), 7, 9);
    }

    [Fact]
    public void The_other_roles_and_the_other_supervisors_learn_that_the_controller_is_respawning()
    {
        LinkId executor = Ready(RoleKind.Executor);
        Ready(RoleKind.Controller);
        _sent.Clear();
        _done.Clear();
        Dies(RoleKind.Controller);
        Assert.Contains((executor, new SupervisorMessage.RoleState("controller", "respawning", "")), _sent);
        Assert.True(_done.IndexOf("say 1 respawning") < _done.IndexOf("start Controller"),
            string.Join(", ", _done));
        Ready(RoleKind.Controller);
        Assert.Contains("say 1 running", _done);
    }

    [Fact]
    public void What_another_supervisor_says_of_its_controller_reaches_the_local_one()
    {
        LinkId controller = Ready(RoleKind.Controller);
        EngineMember peer = new(new NodeId("n2"), 9);
        Give(new EngineEvent.View(
            new RingId(1, 1), [Self, peer], [new MembershipChange(peer, MembershipReason.Join)], []));
        Give(new EngineEvent.Delivered(peer, Encoding.UTF8.GetBytes("1 respawning")));
        Assert.Equal((controller, new SupervisorMessage.PeerState("n2", true, "respawning")), _sent[^1]);
        Give(new EngineEvent.View(
            new RingId(1, 2), [Self], [], [new MembershipChange(peer, MembershipReason.NodeDown)]));
        Assert.Equal((controller, new SupervisorMessage.PeerState("n2", false, "")), _sent[^1]);
    }

    [Fact]
    public void Asked_to_stop_it_has_the_controller_stop_first_and_then_ends_the_roles_in_order()
    {
        LinkId controller = Ready(RoleKind.Controller);
        Stop();
        Assert.Equal((controller, new SupervisorMessage.StopWanted("SIGTERM")), _sent[^1]);
        Assert.DoesNotContain(_done, d => d.StartsWith("terminate", StringComparison.Ordinal));
        Say(controller, new SupervisorMessage.StoppedCleanly());
        Assert.Equal(4, _done.Count(d => d.StartsWith("terminate", StringComparison.Ordinal)));
        Assert.False(_role.HasEnded);
        foreach (RoleKind kind in s_roles)
            Dies(kind);
        Assert.True(_role.HasEnded);
        Assert.Equal(["disarm", "leave"], _done.TakeLast(2));
    }

    [Fact]
    public void A_controller_whose_last_word_comes_after_its_end_has_stopped_cleanly()
    {
        LinkId controller = Ready(RoleKind.Controller);
        Stop();
        int starts = Starts().Count;
        Dies(RoleKind.Controller);
        Say(controller, new SupervisorMessage.StoppedCleanly());
        Assert.Equal(starts, Starts().Count);
        foreach (RoleKind kind in s_roles.Where(k => k != RoleKind.Controller))
            Dies(kind);
        Assert.True(_role.HasEnded);
    }

    [Fact]
    public void A_controller_that_dies_while_stopping_is_started_again_and_told_to_stop()
    {
        Ready(RoleKind.Controller);
        Stop();
        Dies(RoleKind.Controller);
        PassAllAlive(2000);
        Assert.Equal("start Controller", Starts()[^1]);
        LinkId again = Ready(RoleKind.Controller);
        Assert.Contains((again, new SupervisorMessage.StopWanted("SIGTERM")), _sent);
    }

    [Fact]
    public void Asked_a_second_time_everything_ends_at_once_and_without_a_word_to_the_engine()
    {
        Ready(RoleKind.Controller);
        Stop();
        Stop();
        Assert.True(_role.HasEnded);
        Assert.Equal(4, _done.Count(d => d.StartsWith("kill", StringComparison.Ordinal)));
        Assert.DoesNotContain("leave", _done);
    }

    [Fact]
    public void The_controller_can_ask_for_the_nodes_reset()
    {
        Say(Ready(RoleKind.Controller), new SupervisorMessage.PanicWanted("a stop that fails"));
        Assert.Equal("panic requested: a stop that fails", _done[^1]);
    }

    [Theory]
    [InlineData(RoleKind.Executor)]
    [InlineData(RoleKind.Fencer)]
    public void Only_the_controller_says_that_it_has_stopped_cleanly(RoleKind kind)
    {
        LinkId controller = Ready(RoleKind.Controller);
        LinkId other = Ready(kind);
        Stop();
        Say(other, new SupervisorMessage.StoppedCleanly());
        Assert.DoesNotContain(_done, d => d.StartsWith("terminate", StringComparison.Ordinal));
        Say(controller, new SupervisorMessage.StoppedCleanly());
        Assert.Contains(_done, d => d.StartsWith("terminate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("panic")]
    [InlineData("controller")]
    [InlineData("alive")]
    public void The_user_of_the_api_speaks_for_the_api_alone(string what)
    {
        LinkId controller = Ready(RoleKind.Controller);
        LinkId api = Confined("api");
        Assert.DoesNotContain(_done, d => d.StartsWith("close", StringComparison.Ordinal));
        LinkId other = what == "panic" ? api : Confined("");
        Say(other, what switch
        {
            "panic" => new SupervisorMessage.PanicWanted("because"),
            "controller" => new SupervisorMessage.Ready(1, "controller", "another"),
            _ => new SupervisorMessage.Alive(1),
        });
        Assert.Contains($"close {other}", _done);
        Assert.DoesNotContain(_done, d => d.StartsWith("panic", StringComparison.Ordinal));
        Say(controller, new SupervisorMessage.PanicWanted("a stop that fails"));
        Assert.StartsWith("panic", _done[^1], StringComparison.Ordinal);
    }

    void IProcessHost.Start(RoleKind role) => _done.Add($"start {role}");

    void IProcessHost.Terminate(RoleKind role) => _done.Add($"terminate {role}");

    void IProcessHost.Kill(RoleKind role) => _done.Add($"kill {role}");

    bool ILinks.TrySend(LinkId link, ReadOnlyMemory<byte> payload)
    {
        _sent.Add((link, RoleProtocol.DecodeSupervisorMessage(payload.Span, out _)!));
        return true;
    }

    void ILinks.Close(LinkId link) => _done.Add($"close {link}");

    void IWatchdog.Pet() => _done.Add("pet");

    void IWatchdog.Disarm() => _done.Add("disarm");

    void IPower.Panic(string reason) => _done.Add($"panic {reason}");

    SendResult IEngine.TrySend(ReadOnlyMemory<byte> payload)
    {
        _done.Add($"say {Encoding.UTF8.GetString(payload.Span)}");
        return SendResult.Sent;
    }

    void IEngine.Leave() => _done.Add("leave");

    private SupervisorRole Begin(SupervisorOptions options)
    {
        _role = new SupervisorRole(
            options with { RespawnMax = 2, ApiUser = ApiUser, StayOut = r => _done.Add($"out {r}") },
            this, this, this, this, this, NullLogger.Instance);
        _role.Start(Now);
        return _role;
    }

    private void EngineComes() => Give(new EngineEvent.View(new RingId(1, 0), [Self], [], []));

    private List<string> Starts() => [.. _done.Where(d => d.StartsWith("start", StringComparison.Ordinal))];

    private void Dies(RoleKind kind) =>
        _role.Handle(new RoleInput.FromProcessHost(new ProcessEvent.Exited(kind, 1, null, 9)), Now);

    private LinkId Ready(RoleKind kind)
    {
        LinkId link = new(++_nextLink);
        Say(link, new SupervisorMessage.Ready(1, kind.ToString().ToLowerInvariant(), $"session{link.Value}"));
        return link;
    }

    // A link from the API's user, which says that it is that role, or nothing yet.
    private LinkId Confined(string role)
    {
        LinkId link = new(++_nextLink);
        _role.Handle(new RoleInput.FromLink(new LinkEvent.Opened(
            link, RoleKind.Supervisor, new PeerCredentials(7, ApiUser, ApiUser))), Now);
        if (role.Length > 0)
            Say(link, new SupervisorMessage.Ready(1, role, "confined"));
        return link;
    }

    private void Say(LinkId link, SupervisorMessage message) =>
        _role.Handle(new RoleInput.FromLink(new LinkEvent.Received(link, RoleProtocol.Encode(message))), Now);

    private void Give(EngineEvent told) => _role.Handle(new RoleInput.FromEngine(told), Now);

    private void Stop() => _role.Handle(new RoleInput.StopAsked("SIGTERM"), Now);

    private void Pass(long ms)
    {
        for (long end = _ms + ms; _ms < end;)
        {
            _ms = Math.Min(end, Math.Max(_ms + 1, _role.NextTimer!.Value.Nanoseconds / 1_000_000));
            _role.OnTimer(Now);
        }
    }

    private void PassAllAlive(long ms)
    {
        for (long passed = 0; passed < ms; passed += 1000)
        {
            for (long link = 1; link <= _nextLink; link++)
                Say(new LinkId(link), new SupervisorMessage.Alive(passed));
            Pass(1000);
        }
    }
}
