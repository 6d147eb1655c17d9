using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Bench.Checks;
using Truce.Agents.Bench.Reading;
using Truce.Agents.Describing;
using Truce.Model;

namespace Truce.Agents.Tests;

public sealed class BenchReadingTests
{
    [Theory]
    [InlineData("/agent: 12: umonut: not found", 12)]
    [InlineData("/agent: line 9: retrun: command not found", 9)]
    [InlineData("/agent: 3: [: =: unexpected operator", 3)]
    [InlineData("/agent: line 40: [: abc: integer expression expected", 40)]
    [InlineData("umount: /x: not found", 0)]
    [InlineData("ERROR: /agent: file 7: not found in list", 0)]
    public void A_shells_complaint_is_told_from_what_programs_print(string said, int line) =>
        Assert.Equal(line, Complaints.Find("first\n" + said + "\nlast").SingleOrDefault()?.Line ?? 0);

    [Theory]
    [InlineData("df | grep x", 1)]
    [InlineData("if ! df -h; then", 1)]
    [InlineData("pdf=1", 0)]
    [InlineData("# df is wrong here", 0)]
    [InlineData("ps ax | grep mysqld", 1)]
    [InlineData("mount | grep $dir", 1)]
    [InlineData("grep -q \"$dir\" /proc/mounts", 1)]
    [InlineData("grep -q \" $dir \" /proc/mounts", 0)]
    public void Patterns_that_go_wrong_are_found_outside_of_comments(string line, int count) =>
        Assert.Equal(count, WrongPatterns.Find(line).Count());

    [Fact]
    public void Metadata_without_a_timeout_for_stop_is_grave()
    {
        const string Xml = """
            <resource-agent name="x"><version>1.1</version><longdesc>l</longdesc><shortdesc>s</shortdesc>
            <actions><action name="start" timeout="1"/><action name="stop"/>
            <action name="monitor" timeout="1"/><action name="validate-all" timeout="1"/>
            <action name="promote" timeout="1"/></actions></resource-agent>
            """;

        Assert.Equal(
            ["action stop has no timeout: nobody can tell how long to wait for it",
                "promote and demote come only together"],
            MetadataRules.Check(Xml).Where(b => b.IsGrave).Select(b => b.What));
        Assert.DoesNotContain(MetadataRules.Check(Xml), b => !b.IsGrave);
    }

    [Fact]
    public void The_listing_of_processes_leaves_the_bench_out()
    {
        const string Listed = """
            50
            /usr/bin/cat
            1 (cat) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5
            /usr/sbin/nginx
            /usr/sbin/nginx (deleted)
            40 (nginx: (x)) S 1 40 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7

            41 (gone) Z 1 41 41 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7
            /usr/bin/dash
            50 (sh) S 0 50 50 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9
            /usr/bin/cat
            51 (cat) R 50 50 50 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9
            """;

        Assert.Equal([new HostProcess(40, 7, "/usr/sbin/nginx (deleted)")], HostProcess.Read(Listed));
    }

    [Fact]
    public void The_listing_of_the_disk_has_the_paths_of_the_host()
    {
        string listed = string.Join('\n',
            "etc/ssl/key\t/run/truce-bench-disk/over\tf\t9\t1.5\t600",
            "etc\t/run/truce-bench-disk/over\td\t9\t1.5\t700",
            "agent.pid\t/run/truce-bench-disk/run\tf\t4\t1.5\t644",
            "truce-bench/trace\t/run/truce-bench-disk/run\tf\t4\t1.5\t644");

        Assert.Equal(["/etc/ssl/key", "/run/agent.pid"], HostFile.Read(listed).Keys);
    }

    [Theory]
    [InlineData("a b c", "1 2 3")]
    [InlineData("a b c d e f g h", "1 2 3 4 5 6 7 8")]
    [InlineData("a b c d e f g h i j k l m n o p", "2 4 6 8 10 12 14 16")]
    [InlineData("", "")]
    [InlineData("a sleep b sleep sleep sleep", "1 2 3 6")]
    public void Points_where_a_start_fails_are_spread_over_what_is_no_repetition_and_include_the_last(
        string calls, string points) => Assert.Equal(points, string.Join(' ', HalfStartChecks.Points(
            calls.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [InlineData("#!/bin/sh\n", "sh")]
    [InlineData("#! /usr/bin/env bash -u\n", "bash")]
    [InlineData("#!@PYTHON@ -tt\n", "@PYTHON@")]
    [InlineData("#!", "")]
    [InlineData("\u007fELF", "")]
    public void The_interpreter_is_read_from_the_first_line(string text, string interpreter) =>
        Assert.Equal(interpreter, Subject(text).Interpreter);

    [Fact]
    public void A_recommended_timeout_has_a_margin_over_the_longest_run()
    {
        BenchSubject subject = Subject("#!/bin/sh\n");

        ActionTime slow = TimeChecks.Row(subject, "stop", OperationNames.Stop,
            [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]);
        ActionTime fast =
            TimeChecks.Row(subject, "stop", OperationNames.Stop, [TimeSpan.FromMilliseconds(30)]);

        Assert.Equal((1, 2, 3, 30),
            (slow.Least.TotalSeconds, slow.Median.TotalSeconds, slow.Most.TotalSeconds,
            slow.Recommended.TotalSeconds));
        Assert.Equal(10, fast.Recommended.TotalSeconds);
    }

    [Fact]
    public void The_worst_evidence_decides_and_what_could_not_be_tried_is_no_success()
    {
        Assert.Equal(Verdict.Passed, CheckRun.Worst([]));
        Assert.Equal(Verdict.NotTested,
            CheckRun.Worst([new Evidence(Verdict.Passed, ""), new Evidence(Verdict.NotTested, "")]));
        Assert.Equal(Verdict.Condemned,
            CheckRun.Worst([new Evidence(Verdict.Advised, ""), new Evidence(Verdict.Condemned, "")]));
    }

    private static BenchSubject Subject(string text) => new(
        AgentName.TryParse("ocf:fake:x")!, "/x", text, AgentDescription.Unreadable("not asked"),
        new BenchOptions { Agent = AgentName.TryParse("ocf:fake:x")!, Settings = Fixture.Settings });
}
