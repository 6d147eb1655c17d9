using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Bench.Mutants;

namespace Truce.Agents.Tests;

public sealed class MutantTests
{
    private const string Agent = """
        #!/bin/sh
        is_running() {
            # A comment is no line that runs.
            [ -f "$pidfile" ] || return 7
            grep -qx "^me$" "$pidfile"
        }

        stop_it()
        {
            is_running || return 0
            if [ -n "$never" ]; then
                exit 1
            fi
            kill -TERM "$pid"
            while is_running; do
                sleep 1
            done
            rm -f "$pidfile"
        }

        validate() {
            true
        }

        start_it() {
            daemon >"$pidfile" &
        }
        <action name="stop" timeout="20s" />
        case $1 in
        stop) stop_it ;;
        *) exit 3 ;;
        esac
        """;

    // What a shell that runs it would say, by line.
    private static readonly (int Line, string Text)[] s_run =
    [
        (10, "is_running"), (4, "[ -f /p ]"), (5, "grep -qx ^me /p"), (11, "[ -n '' ]"), (14, "kill -TERM 7"),
        (15, "is_running"), (4, "[ -f /p ]"), (4, "return 7"), (18, "rm -f /p"), (10, "return 0"),
        (26, "daemon"), (29, "case stop in"), (30, "stop_it"), (31, "exit 3"),
    ];

    [Theory]
    [InlineData("stop-does-nothing", 10, "    return 0\n    is_running || return 0")]
    [InlineData("stop-validates-first", 10, "    validate || exit $?\n    is_running || return 0")]
    [InlineData("start-does-nothing", 26, "    return 0\n    daemon >\"$pidfile\" &")]
    [InlineData("guard-removed", 4, "    :")]
    [InlineData("condition-always", 11, "    if true; then")]
    [InlineData("condition-negated", 11, "    if ! [ -n \"$never\" ]; then")]
    [InlineData("test-swapped", 4, "    [ -d \"$pidfile\" ] || return 7")]
    [InlineData("not-running-is-success", 4, "    [ -f \"$pidfile\" ] || return 0")]
    [InlineData("unknown-action-accepted", 31, "*) exit 0 ;;")]
    [InlineData("stop-label-misspelled", 30, "stpo) stop_it ;;")]
    [InlineData("command-misspelled", 14, "    klil -TERM \"$pid\"")]
    [InlineData("kill-harmless", 14, "    kill -0 \"$pid\"")]
    [InlineData("kill-everything", 14, "    kill -9 -1 ")]
    [InlineData("wait-forgotten", 15, "    while false; do")]
    [InlineData("wait-endless", 15, "    while true; do")]
    [InlineData("quotes-dropped", 4, "    [ -f $pidfile ] || return 7")]
    [InlineData("quote-dropped", 14, "    kill -TERM \"$pid")]
    [InlineData("grep-loosened", 5, "    grep -q \"^me$\" \"$pidfile\"")]
    [InlineData("removal-forgotten", 18, "    :")]
    [InlineData("pid-file-forgotten", 26, "    daemon >/dev/null &")]
    [InlineData("in-foreground", 26, "    daemon >\"$pidfile\"")]
    [InlineData("stop-timeout-unadvertised", 28, "<action name=\"stop\" />")]
    public void An_operator_changes_the_line_that_it_is_made_for(string name, int line, string now)
    {
        Mutant mutant = Plan(name, 100).First(m => m.Line.Number == line);

        Assert.Equal(now, mutant.Now);
        Assert.Equal(Agent.Split('\n')[..(line - 1)], mutant.Text.Split('\n')[..(line - 1)]);
        Assert.Equal(Agent.Split('\n')[line..],
            mutant.Text.Split('\n')[(line - 1 + now.Split('\n').Length)..]);
    }

    // Line 16 is never reached, a branch that is never taken can't be left out, nobody calls validate.
    [Theory]
    [InlineData("condition-never", 11)]
    [InlineData("command-misspelled", 16)]
    [InlineData("validate-accepts-all", 22)]
    public void Nothing_is_changed_that_running_the_agent_can_not_show(string name, int line) =>
        Assert.DoesNotContain(Plan(name, 100), m => m.Line.Number == line);

    [Fact]
    public void Copies_of_one_operator_are_few_and_evenly_spread()
    {
        Assert.Equal([4, 10], Plan("guard-removed", 2).Select(m => m.Line.Number));
        Assert.Single(Plan("guard-removed", 1));
    }

    [Theory]
    [InlineData("anything_stop", "Stop")]
    [InlineData("silent_status", "Monitor")]
    [InlineData("is_mounted", "Monitor")]
    [InlineData("start_nginx", "Start")]
    [InlineData("validate_all_nginx", "Validate")]
    [InlineData("usage", "Other")]
    public void What_a_function_is_for_is_read_from_its_name(string name, string role) =>
        Assert.Equal(role, ShellScript.RoleOf(name).ToString());

    [Fact]
    public void There_are_at_least_twenty_operators_each_with_a_name_of_its_own_and_a_description()
    {
        Assert.True(AgentBench.Operators.Length >= 20);
        Assert.Equal(AgentBench.Operators.Select(o => o.Name).Distinct(),
            AgentBench.Operators.Select(o => o.Name));
        Assert.All(AgentBench.Operators, o => Assert.NotEmpty(o.What));
    }

    private static ImmutableArray<Mutant> Plan(string name, int perOperator) => Mutant.Plan(
        ShellScript.Read(Agent, s_run.ToLookup(r => r.Line, r => r.Text)),
        new MutationOptions { PerOperator = perOperator, Operators = [name] });
}
