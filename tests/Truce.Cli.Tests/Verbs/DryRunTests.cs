using Truce.Contracts;

namespace Truce.Cli.Tests.Verbs;

/// <summary>What older verbs would do, said before it is done.</summary>
public sealed class DryRunTests
{
    private readonly VerbTerminal _verbs = new();

    public DryRunTests() => _verbs.RunWeb();

    [Theory]
    [InlineData("resource disable web", "would stop web on n1")]
    [InlineData("resource ban web n1", "would move web from n1 to n")]
    [InlineData("resource move web n2", "would move web from n1 to n2")]
    [InlineData("node standby n1", "would move web from n1 to n")]
    public async Task It_says_what_would_move_and_changes_nothing(string line, string wanted)
    {
        string before = _verbs.Canonical;
        await _verbs.EndsAsync(ExitCode.Done, line + " --dry-run");
        Assert.Contains(wanted, _verbs.Output, StringComparison.Ordinal);
        Assert.EndsWith("dry run: nothing was changed\n", _verbs.Output, StringComparison.Ordinal);
        Assert.Equal(before, _verbs.Canonical);
        Assert.Empty(_verbs.Comments);
    }

    [Fact]
    public async Task What_is_done_is_said_in_the_same_words()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource disable web --no-wait --comment Monday");
        Assert.Contains("will stop web on n1\n", _verbs.Output, StringComparison.Ordinal);
        Assert.EndsWith("web is disabled\n", _verbs.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_blocked_since_the_change_is_not_called_done()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource unmanage web --no-wait");
        HoldStatus old = new("blocked", "a", "n2", "b comes first, and it isn't managed");
        HoldStatus held = new("blocked", "web", "n1", "it is disabled, and it isn't managed");
        _verbs.Cluster.Status = c => c.Running(("web", "n1"), ("a", "n2")) with
        {
            State = "held",
            Holds = c.Configuration.Contains("Stopped", StringComparison.Ordinal) ? [old, held] : [old],
        };
        await _verbs.EndsAsync(ExitCode.No, "resource disable web");
        Assert.Contains(
            "not all of it can be done: web stays as it is\ndo: ", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_since_the_change_is_not_called_done()
    {
        HoldStatus old = new("failures", "a", null, "it isn't running anywhere");
        HoldStatus bad = new("cannot-run", "web", "n1", "web can't run on n1");
        _verbs.Cluster.Status = c => c.Running(("web", null), ("a", null)) with
        {
            State = "held",
            Holds = c.Version > 7 ? [old, bad] : [old],
        };
        await _verbs.EndsAsync(ExitCode.No, "resource set web state=/nowhere");
        Assert.Contains("not all of it can be done: web fails\ndo: ", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_warnings_that_the_change_brings_are_printed()
    {
        InputFinding old = new("warning", 9, 1, "op[@id='a']", "too fast", "slow it down")
        {
            Standing = true,
        };
        InputFinding brought = new("warning", 4, 1, "primitive[@id='web']", "too slow", "speed it up");
        _verbs.Cluster.Answer = asked => asked is ClientRequest.ApplyConfiguration
            ? new ClientReply.Done(41, 8, "", [old, brought]) : null;
        await _verbs.EndsAsync(ExitCode.Done, "resource set web state=/run/web --no-wait");
        Assert.Contains("too slow", _verbs.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("too fast", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_that_restarts_meanwhile_does_not_end_a_change()
    {
        int asked = 0;
        _verbs.Cluster.Answer = request => request switch
        {
            ClientRequest.GetStatus when ++asked % 3 != 0 =>
                new ClientReply.Refused(RefusalKind.NotReady, "this node's controller isn't running", []),
            ClientRequest.GetConfiguration when asked % 2 == 1 && ++asked > 0 =>
                new ClientReply.Refused(RefusalKind.TimedOut, "the controller ended before it answered", []),
            ClientRequest.GetStatus when asked == 6 =>
                throw new CommandException(ExitCode.Unreachable, "the connection broke", "look"),
            _ => null,
        };
        await _verbs.EndsAsync(ExitCode.Done, "resource set web state=/run/web");
        Assert.Equal(["resource set web state"], _verbs.Comments);
        Assert.True(asked > 6, $"asked {asked} times");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_which_nobody_knows_whether_it_was_made_is_made_once(bool wasMade)
    {
        bool isFirst = true;
        _verbs.Cluster.Answer = request =>
        {
            if (request is not ClientRequest.ApplyConfiguration { CheckOnly: false } || !isFirst)
                return null;
            isFirst = false;
            if (wasMade)
                _ = _verbs.Cluster.AskAsync(request, CancellationToken.None);
            return new ClientReply.Refused(RefusalKind.TimedOut, "the view ended", []);
        };
        await _verbs.EndsAsync(ExitCode.Done, "resource delete web --no-wait");
        Assert.Contains("web is deleted\n", _verbs.Output, StringComparison.Ordinal);
        Assert.Equal(8, _verbs.Cluster.Version);
    }

    [Theory]
    [InlineData(15, ExitCode.Done)]
    [InlineData(16, ExitCode.Refused)]
    public async Task A_change_that_others_overtake_is_made_on_top_of_theirs(int others, ExitCode ends)
    {
        int overtaken = 0;
        _verbs.Cluster.Answer = request =>
            request is ClientRequest.ApplyConfiguration { CheckOnly: false } && ++overtaken <= others
                ? new ClientReply.Refused(RefusalKind.Conflict, "it is at version 8, not 7", [])
                : null;
        await _verbs.EndsAsync(ends, "resource set web state=/run/web --no-wait");
        Assert.Equal(
            ends == ExitCode.Refused,
            _verbs.Error.Contains("others have changed it 16 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_controller_that_stays_away_is_waited_for_only_so_long()
    {
        _verbs.Cluster.Answer = request => request is ClientRequest.GetStatus
            ? new ClientReply.Refused(RefusalKind.NotReady, "its controller isn't running", []) : null;
        await _verbs.EndsAsync(ExitCode.Unreachable, "resource set web state=/run/web");
        Assert.InRange(_verbs.Cluster.Asked.OfType<ClientRequest.GetStatus>().Count(), 40, 60);
    }

    [Fact]
    public async Task A_deletion_creates_nothing()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource delete web --dry-run");
        Assert.Contains("primitive web is removed\n", _verbs.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("created", _verbs.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_any_length_fits_into_the_history()
    {
        await _verbs.EndsAsync(ExitCode.Done, $"attr set n1 {new string('a', 900)} 1 --no-wait");
        await _verbs.EndsAsync(ExitCode.Done, $"attr unset n1 {new string('a', 900)} --no-wait");
        Assert.All(_verbs.Comments, c => Assert.InRange(c.Length, 1, 200));
    }

    [Theory]
    [InlineData("cluster maintenance on")]
    [InlineData("node maintenance n1")]
    [InlineData("resource unmanage web")]
    public async Task Who_asks_that_something_be_left_alone_gets_that_whatever_it_blocks(string line)
    {
        _verbs.Cluster.Status = c => c.Running(("web", "n1")) with
        {
            State = "held",
            Holds = c.Version == 7 ? []
                : [new HoldStatus("blocked", "web", "n1", "n1 is in standby, and it isn't managed")],
        };
        await _verbs.EndsAsync(ExitCode.Done, line);
        Assert.Contains("warning: held back: web on n1", _verbs.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cluster maintenance on --no-wait", "maintenance-mode-on")]
    [InlineData("cluster stop --no-wait", "stop-all-on")]
    public async Task Who_asks_for_a_state_is_not_warned_that_it_is_so(string line, string rule)
    {
        _verbs.Cluster.Answer = asked => asked is ClientRequest.ApplyConfiguration
            ? new ClientReply.Done(41, 8, "",
                [new InputFinding("warning", 3, 1, "nvpair[@id='o']", "it is on", "") { Id = rule }])
            : null;
        await _verbs.EndsAsync(ExitCode.Done, line);
        Assert.DoesNotContain("it is on", _verbs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_held_back_for_one_reason_is_told_in_one_line()
    {
        const string left = "n2 is in standby, and the cluster is in maintenance, so it goes on running";
        _verbs.Cluster.Status = c => c.Running(("web", "n1")) with
        {
            State = "held",
            Holds =
            [
                .. "abc".Select(r => new HoldStatus("blocked", $"{r}", "n2", $"{left}; do: truce why {r}")),
                new HoldStatus("blocked", "d", "n3", $"{left}; do: truce why d"),
            ],
        };
        await _verbs.EndsAsync(ExitCode.Done, "resource set web state=/run/web");
        Assert.Contains(
            $"warning: held back: a, b, c on n2; d on n3: {left}; do: truce why a\n", _verbs.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_reboot_forgets_is_not_tried_on_paper()
    {
        await _verbs.EndsAsync(ExitCode.Usage, "attr set n1 rack 4 --transient --dry-run");
        Assert.Contains("--transient", _verbs.Error, StringComparison.Ordinal);
    }
}
