using System.Xml.Linq;
using Truce.Agents.Bench;
using Truce.Cli.Agents;

namespace Truce.Cli.Tests;

public sealed class AgentTestTests
{
    private static readonly BenchReport s_report = new("ocf:mine:Sample", "/agents/Sample",
    [
        new CheckResult("stop-never-started", Promise.Stop, "stop succeeds", Verdict.Condemned,
        [
            new Evidence(Verdict.Condemned, "never started: stop returned 1 \u0007",
                new ScriptPlace("/agents/Sample", 12, "umount /x")),
        ], "look first", TimeSpan.FromSeconds(1)),
        new CheckResult("stop-crashed", Promise.Stop, "stop succeeds", Verdict.NotTested,
            [new Evidence(Verdict.NotTested, "it doesn't start")], "go on", TimeSpan.Zero),
        new CheckResult("metadata", Promise.Contract, "it is valid", Verdict.Passed, [], "", TimeSpan.Zero),
    ], [], new StopCost(1, 2, 64, TimeSpan.FromMilliseconds(9)), TimeSpan.FromSeconds(2));

    [Fact]
    public void The_report_names_cause_line_and_remedy_and_never_calls_untested_passed()
    {
        StringWriter output = new() { NewLine = "\n" };

        AgentTestText.Write(output, s_report, 100);

        string text = output.ToString();
        Assert.Contains(
            "      at /agents/Sample:12: umount /x\n    do: look first\n", text, StringComparison.Ordinal);
        Assert.Contains("  stop-crashed          not tested\n", text, StringComparison.Ordinal);
        Assert.EndsWith("3 checks, 1 condemn it, 1 not tested, 2.0 s\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void JUnit_has_a_failure_for_what_is_condemned_and_skips_what_was_not_tested()
    {
        XElement suite = XDocument.Parse(AgentTestText.JUnit(s_report)).Root!;

        Assert.Equal(("3", "1", "1"), (suite.Attribute("tests")?.Value, suite.Attribute("failures")?.Value,
            suite.Attribute("skipped")?.Value));
        Assert.Equal("never started: stop returned 1  at /agents/Sample:12: umount /x",
            suite.Descendants("failure").Single().Value);
    }

    [Fact]
    public void The_exit_code_tells_condemned_from_one_that_does_not_start()
    {
        Assert.Equal(ExitCode.No, AgentTestCommand.CodeOf(s_report));
        Assert.Equal(ExitCode.Done, AgentTestCommand.CodeOf(s_report with { Results = [] }));
        Assert.Equal(ExitCode.BadInput,
            AgentTestCommand.CodeOf(s_report with { Results = [], CouldStart = false }));
    }

    [Fact]
    public async Task A_check_that_does_not_exist_is_a_usage_error_that_lists_those_that_do()
    {
        Terminal terminal = new();

        Assert.Equal(ExitCode.Usage,
            await terminal.RunAsync("agent test ocf:heartbeat:Dummy --only no-such-check"));
        Assert.Contains("stop-never-started", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_bad_input()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hosts of their own take root");

        Assert.Equal(ExitCode.BadInput, await new Terminal().RunAsync("agent test ocf:mine:Absent"));
    }

    [Fact]
    public void Every_check_is_in_the_guide_for_authors()
    {
        string guide = File.ReadAllText(Path.Combine(Root(), "docs", "agents", "writing.md"));

        Assert.Equal([], AgentBench.Checks.Select(c => c.Name)
            .Where(n => !guide.Contains($"`{n}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_operator_is_described_in_the_page_on_mutants()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "agents", "mutants.md"));

        Assert.Equal([], AgentBench.Operators.Select(o => o.Name)
            .Where(n => !page.Contains($"`{n}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_of_mutants_names_line_and_check_and_shows_what_survived()
    {
        StringWriter output = new() { NewLine = "\n" };
        MutationReport report = new("ocf:mine:Sample", "/agents/Sample", ["blanks"],
        [
            new MutantResult("guard-removed", "a check is gone", 12, "is_mounted || return 0", ":",
                "stop-never-started", "stop returned 1", TimeSpan.FromSeconds(1)),
            new MutantResult(
                "quotes-dropped", "no quotes", 14, "rm \"$x\"", "rm $x", null, "", TimeSpan.Zero),
        ], TimeSpan.FromSeconds(3));

        AgentMutantsText.Write(output, report, 100);

        string text = output.ToString();
        Assert.Contains("guard-removed   12    stop-never-started  :\n", text, StringComparison.Ordinal);
        Assert.Contains("  was rm \"$x\"\n  now rm $x\n", text, StringComparison.Ordinal);
        Assert.Contains("condemn the agent as it is: blanks\n", text, StringComparison.Ordinal);
        Assert.EndsWith("2 mutants, 1 caught, 1 survived, 3.0 s\n", text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.No, AgentTestCommand.CodeOf(report));
        Assert.Equal(ExitCode.Done, AgentTestCommand.CodeOf(report with { Mutants = report.Mutants[..1] }));
    }

    [Theory]
    [InlineData("--mutants --operator no-such-operator", "guard-removed")]
    [InlineData("--mutants --per-operator 0", "1 or more")]
    [InlineData("--mutants --junit x.xml", "no form for --mutants")]
    public async Task Options_of_mutants_that_make_no_sense_are_usage_errors(string options, string said)
    {
        Terminal terminal = new();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("agent test ocf:heartbeat:Dummy " + options));
        Assert.Contains(said, terminal.Error, StringComparison.Ordinal);
    }

    // U+FFFE and half a surrogate have no place in XML; a letter beyond the first plane has.
    [Fact]
    public void JUnit_can_be_read_whatever_an_agent_prints()
    {
        BenchReport report = s_report with
        {
            Results =
            [
                new CheckResult("stop", Promise.Stop, "", Verdict.Condemned,
                    [new Evidence(Verdict.Condemned, "a\ufffe\uffff\ud800b\u0085\U0001f600\r\n")], "",
                    TimeSpan.Zero),
            ],
        };

        Assert.Equal("a\ufffdb\U0001f600\n",
            XDocument.Parse(AgentTestText.JUnit(report)).Descendants("failure").Single().Value);
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Truce.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
