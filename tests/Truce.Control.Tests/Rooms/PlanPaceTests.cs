using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Rooms;

/// <summary>When to plan, told as scripts: each line is a second, what happens then, and what comes of
/// it.</summary>
public sealed class PlanPaceTests
{
    private readonly PlanPace _pace = new(new ControlLimits());
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    public static TheoryData<string, string> Scripts => new()
    {
        {
            "nothing is asked for without a reason, and one thing at a time",
            """
            0 ask = -
            0 want; ask = 1
            1 want; ask = -
            2 planned 1 = changed since
            2 ask = 2
            3 planned 2 = good
            3 ask = -
            """
        },
        {
            "an answer that isn't awaited counts for nothing",
            """
            0 want; ask = 1
            0 planned 7 = not awaited
            0 planned 1 = good
            0 planned 1 = not awaited
            """
        },
        {
            "what another coordinator asked for is not this one's, and what was wanted is",
            """
            0 want; ask = 1
            1 want; begin; planned 1 = not awaited
            1 ask = 2
            2 stop; planned 2 = not awaited
            2 ask = -
            """
        },
        {
            "what a guard holds back is planned ever more rarely, up to a minute",
            """
            0 pause; ask = -
            0.9 ask = -
            1 ask = 1
            1 planned 1 = good
            1 pause; ask = -
            2.9 ask = -
            3 ask = 2
            3 planned 2 = good
            3 pause; pause; pause; pause; pause; pause; pause; ask = -
            62.9 ask = -
            63 ask = 3
            """
        },
        {
            "a change ends such a pause, and its memory",
            """
            0 pause; pause; pause; ask = -
            1 want; ask = 1
            1 planned 1 = good
            1 pause; ask = -
            2 ask = 2
            """
        },
        {
            "what is wanted later waits for the transition under way",
            """
            0 later; ask-running = -
            0 ask = 1
            """
        },
        {
            "a plan that fails is tried again after 1, 2, 4 seconds, up to a minute",
            """
            0 want; ask = 1
            0 failed = 1
            0.9 recheck = no
            1 recheck = yes
            1 want; ask = 2
            1 failed = 2
            2.9 recheck = no
            3 recheck = yes
            3 want; ask = 3
            3 failed; failed; failed; failed; failed = 7
            62.9 recheck = no
            63 recheck = yes
            63 want; ask = 4
            63 planned 4 = good
            63 want; ask = 5
            63 failed = 1
            """
        },
        {
            "a planner that doesn't answer within 90 seconds has failed",
            """
            0 want; ask = 1
            89.9 overdue = -
            90 overdue = 1
            90 failed = 1
            90 overdue = -
            """
        },
        {
            "who joins in a new view is waited for ten seconds, whatever the reason to plan",
            """
            0 view; joining; want; ask = -
            9.9 ask = -
            10 ask = 1
            """
        },
        {
            "who is joining since longer isn't waited for",
            """
            0 view; joining; ask = -
            11 want; ask = 1
            """
        },
        {
            "who has joined is waited for no longer",
            """
            0 view; joining; later; ask = -
            1 joined; ask = 1
            """
        },
        {
            "a cold start gives configured nodes dc-deadtime (20 s) to come, once",
            """
            0 missing; want; ask = -
            19.9 ask = -
            20 ask = 1
            20 planned 1 = good
            21 want; ask = 2
            """
        },
        {
            "starts allowed with a fencing are decided first",
            """
            0 undecided; want; ask = -
            100 ask = -
            101 decided; ask = 1
            """
        },
        {
            "time alone leads to another plan: when the plan says so, or at the recheck interval (15 min)",
            """
            0 again-by 100; recheck = no
            100.9 recheck = no
            101 recheck = yes
            101 recheck = no
            200 again-by never; recheck = no
            1099.9 recheck = no
            1100 recheck = yes
            """
        },
        {
            "of two times for another plan the earlier counts",
            """
            0 again-by 100; no-later-than 5; no-later-than 50; recheck = no
            5 recheck = yes
            """
        },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Plans_are_made_when_they_should_be(string title, string script)
    {
        Assert.NotEmpty(title);
        IEnumerable<string> played = script.ReplaceLineEndings("\n").Split('\n').Select(Play);
        Assert.Equal(script.ReplaceLineEndings("\n"), string.Join('\n', played));
    }

    // What the line says happens; the last of it answers.
    private string Play(string line)
    {
        string done = line[..line.IndexOf('=', StringComparison.Ordinal)];
        string[] words = done.Split(' ', 2);
        double second = double.Parse(words[0], CultureInfo.InvariantCulture);
        string answer = "";
        foreach (string step in words[1].Split(';', StringSplitOptions.TrimEntries))
            answer =
                Do(step.Split(' '), new ControlTime(Given.Second(second), Given.Noon.AddSeconds(second)));
        return $"{done}= {answer}";
    }

    private string Do(string[] step, ControlTime time) => step switch
    {
        ["want"] => Told(() => _pace.Want("x", time.Now)),
        ["later"] => Told(() => _pace.WantLater("x")),
        ["pause"] => Told(() => _pace.WantAfterPause("x", time.Now)),
        ["view"] => Told(() => _pace.ViewBegan(time.Now)),
        ["begin"] => Told(_pace.Begin),
        ["stop"] => Told(_pace.Stop),
        ["joining"] => Told(() => Phase(MemberPhase.Joining)),
        ["joined"] => Told(() => Phase(MemberPhase.Joined)),
        ["missing"] => Told(() => _state = Given.Joined(1, 2)),
        ["undecided"] => Told(Allow),
        ["decided"] => Told(() => _state = _state with { Pending = _state.Pending.Clear() }),
        ["again-by", "never"] => Told(() => _pace.Recheck(null, _state, time)),
        ["again-by", var at] =>
            Told(() => _pace.Recheck(Given.Noon.ToUnixTimeSeconds() + Number(at), _state, time)),
        ["no-later-than", var at] => Told(() => _pace.RecheckBy(Given.Second(Number(at)))),
        ["ask"] => _pace.Ask(null, _state, time.Now)?.ToString(CultureInfo.InvariantCulture) ?? "-",
        ["ask-running"] =>
            _pace.Ask(Running(), _state, time.Now)?.ToString(CultureInfo.InvariantCulture) ?? "-",
        ["overdue"] => _pace.Overdue(time.Now)?.ToString(CultureInfo.InvariantCulture) ?? "-",
        ["failed"] => _pace.Failed(time.Now).ToString(CultureInfo.InvariantCulture),
        ["recheck"] => _pace.TakeRecheck(time.Now) ? "yes" : "no",
        ["planned", var request] => Planned(Number(request)),
        _ => throw new ArgumentException(string.Join(' ', step)),
    };

    private string Planned(long request)
    {
        bool isAwaited = _pace.IsAwaited(request);
        return (_pace.Planned(request), isAwaited) switch
        {
            (true, _) => "good",
            (false, true) => "changed since",
            (false, false) => "not awaited",
        };
    }

    private static string Told(Action action)
    {
        action();
        return "";
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static TransitionRun Running()
    {
        TransitionRun run = new(
            new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [Given.Start(0, 1)]), 1, "s1");
        run.TakeReady();
        return run;
    }

    private void Phase(MemberPhase phase) => _state = _state with
    {
        Members = _state.Members.SetItem(Given.Node(3), _state.Members[Given.Node(3)] with { Phase = phase }),
    };

    private void Allow()
    {
        Order start = Given.Order(2, "r", "start") with { Fence = "f1" };
        _state = _state with { Pending = _state.Pending.SetItem(start.OperationId, start) };
    }
}
