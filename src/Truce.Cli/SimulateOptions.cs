using System.CommandLine;

using Truce.Analysis.Execution;
using Truce.Analysis.WhatIf;
using Truce.Cli.Editing;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli;

/// <summary>
/// The options of <c>truce simulate</c>. Beside those of its own it takes crm_simulate's, long and short, so
/// that scripts need only another name.
/// </summary>
internal sealed class SimulateOptions
{
    /// <summary>What the simulation may cost.</summary>
    public WorkBounds Bounds(ParseResult parse)
    {
        double seconds = parse.GetValue(TimeLimit);
        long? mebibytes = parse.GetValue(MemoryLimit);
        if (seconds is not (> 0 and < 1_000_000))
            throw new CommandException(ExitCode.Usage, $"--time-limit {seconds}: not a number of seconds", "use a number above 0");
        if (mebibytes is not (null or (> 0 and < 1_000_000_000)))
            throw new CommandException(ExitCode.Usage, $"--memory-limit {mebibytes}: not a number of MiB", "use a number above 0");
        return WorkBounds.Default with
        {
            Time = TimeSpan.FromSeconds(seconds),
            MemoryBytes = mebibytes * 1024 * 1024 ?? WorkBounds.Default.MemoryBytes,
        };
    }

    public Option<string?> Input { get; } = Text("--xml", "The CIB; - for standard input", "FILE", "--xml-file", "-x");

    public Option<bool> Pipe { get; } = Flag("--xml-pipe", "Read the CIB from standard input, as --xml - does", "-p");

    public Option<string?> Profile { get; } = Text(
        "--profile", "Only measure how long planning takes for each CIB (*.xml) in DIR", "DIR", "-P");

    public Option<int> Repeat { get; } = new("--repeat", "-N")
    {
        Description = "With --profile, how often to plan each", HelpName = "N", DefaultValueFactory = _ => 1,
    };

    private Option<double> TimeLimit { get; } = new("--time-limit")
    {
        Description = "Give up after this many seconds",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => WorkBounds.Default.Time.TotalSeconds,
    };

    private Option<long?> MemoryLimit { get; } = new("--memory-limit")
    {
        Description = "Give up at this many MiB of memory (default 4096, or three quarters of the machine's)",
        HelpName = "MIB",
    };

    public Option<bool> Verbose { get; } = Flag("--verbose", "Report leniently read values on standard error", "-V");

    public Option<bool> Live { get; } = Flag("--live-check", "Use the running cluster", "-L");

    public Option<string?> Time { get; } = Text("--set-datetime", "The time to assume, ISO 8601", "TIME", "-t");

    public Option<bool> PlanOnly { get; } = Flag(
        "--plan-only", "Only plan, without executing on paper", "--run", "-R");

    public Option<bool> Execute { get; } = Flag("--simulate", "Plan and execute on paper (the default)", "-S");

    public Option<bool> InPlace { get; } = Flag("--in-place", "Write the resulting CIB back to FILE", "-X");

    public Option<bool> Quiet { get; } = Flag("--quiet", "Print only what was requested", "-Q");

    public Option<string?> SummaryOut { get; } = Text("--summary-out", "Write the summary to FILE instead of the screen (-)", "FILE", "--output-to");

    public Option<string?> OutputAs { get; } = new("--output-as")
    {
        Description = "The summary's form: text, xml (as crm_simulate's) or json",
        HelpName = "text|xml|json",
    };

    public Option<string?> GraphOut { get; } = Text("--graph-out", "Write the transition graph (XML)", "FILE", "--save-graph", "-G");

    public Option<string?> DotOut { get; } = Text("--dot-out", "Write the graph for Graphviz", "FILE", "--save-dotfile", "-D");

    public Option<bool> AllActions { get; } = Flag(
        "--all-actions", "Include actions that aren't needed in the Graphviz output", "-a");

    public Option<string?> SvgOut { get; } = Text("--svg-out", "Write a picture of the graph (SVG)", "FILE", "--save-svg");

    public Option<string?> ScoresOut { get; } = Text("--scores-out", "Write the scores", "FILE");

    public Option<string?> SaveInput { get; } = Text("--save-input", "Write the CIB that was planned for", "FILE", "-I");

    public Option<string?> SaveOutput { get; } = Text("--save-output", "Write the resulting CIB", "FILE", "-O");

    public Option<bool> ShowScores { get; } = Flag("--show-scores", "Print the scores", "-s");

    public Option<bool> ShowUtilization { get; } = Flag("--show-utilization", "Print the utilization", "-U");

    public Option<bool> ShowAttributes { get; } = Flag("--show-attrs", "Print node attributes", "-A");

    public Option<bool> ShowFailCounts { get; } = Flag("--show-failcounts", "Print fail counts", "-c");

    private Option<bool?> Quorum { get; } = Truth("--quorum", "Assume quorum, or no quorum", "-q");

    private Option<bool?> Watchdog { get; } = Truth("--watchdog", "Assume that nodes have a watchdog, or not", "-w");

    private Option<string[]> NodeUp { get; } = Many("--node-up", "Assume that NODE joined", "NODE", "-u");

    private Option<string[]> NodeDown { get; } = Many("--node-down", "Assume that NODE left cleanly", "NODE", "-d");

    private Option<string[]> NodeFail { get; } = Many("--node-fail", "Assume that NODE was lost", "NODE", "-f");

    private Option<string[]> TicketGrant { get; } = Many("--ticket-grant", "Assume that TICKET was granted", "TICKET", "-g");

    private Option<string[]> TicketRevoke { get; } = Many("--ticket-revoke", "Assume that TICKET was revoked", "TICKET", "-r");

    private Option<string[]> TicketStandby { get; } = Many(
        "--ticket-standby", "Assume that TICKET was put in standby", "TICKET", "-b");

    private Option<string[]> TicketActivate { get; } = Many(
        "--ticket-activate", "Assume that TICKET was activated", "TICKET", "-e");

    private Option<string[]> Inject { get; } = Many(
        "--op-inject", "Assume that an operation had this result: RESOURCE_OPERATION_MS@NODE=EXITCODE", "SPEC", "-i");

    private Option<string[]> Fail { get; } = Many(
        "--op-fail", "Let an operation of the transition fail: RESOURCE_OPERATION_MS@NODE=EXITCODE", "SPEC", "-F");

    /// <summary>The command with all of them.</summary>
    public Command CreateCommand() => new("simulate", "Show what a cluster would do: plan for a CIB and execute the plan on paper")
    {
        Input, Pipe, Live, Time, PlanOnly, Execute, InPlace, Quiet,
        SummaryOut, OutputAs, GraphOut, DotOut, AllActions, SvgOut, ScoresOut, SaveInput, SaveOutput,
        ShowScores, ShowUtilization, ShowAttributes, ShowFailCounts,
        Quorum, Watchdog, NodeUp, NodeDown, NodeFail,
        TicketGrant, TicketRevoke, TicketStandby, TicketActivate, Inject, Fail,
        Profile, Repeat, TimeLimit, MemoryLimit, Verbose,
    };

    /// <summary>What is supposed to have happened, in crm_simulate's order.</summary>
    public List<Modification> Modifications(ParseResult parse)
    {
        List<Modification> changes = [];
        if (parse.GetValue(Quorum) is { } held)
            changes.Add(new Modification.Quorum(held));
        if (parse.GetValue(Watchdog) is { } active)
            changes.Add(new Modification.Watchdog(active));
        changes.AddRange(Values(parse, NodeUp).Select(n => new Modification.NodeUp(new NodeId(n))));
        changes.AddRange(Values(parse, NodeDown).Select(n => new Modification.NodeDown(new NodeId(n))));
        changes.AddRange(Values(parse, NodeFail).Select(n => new Modification.NodeFail(new NodeId(n))));
        AddTickets(changes, Values(parse, TicketGrant), TicketChange.Grant);
        AddTickets(changes, Values(parse, TicketRevoke), TicketChange.Revoke);
        AddTickets(changes, Values(parse, TicketStandby), TicketChange.Standby);
        AddTickets(changes, Values(parse, TicketActivate), TicketChange.Activate);
        changes.AddRange(Values(parse, Inject).Select(i => new Modification.Inject(Spec("--op-inject", i))));
        return changes;
    }

    /// <summary>Requires that the nodes that are to fail or leave are known: nothing would come of
    /// another.</summary>
    /// <exception cref="CommandException">One isn't.</exception>
    public void RequireNodes(ParseResult parse, Cib cib)
    {
        string[] given = [.. Values(parse, NodeDown), .. Values(parse, NodeFail)];
        if (given.Length == 0)
            return;
        CibDocument document = CibDocument.Parse(CibWriter.Write(cib with { Status = ClusterStatus.Empty }));
        HashSet<string> joined =
            [.. Values(parse, NodeUp), .. cib.Status.NodeStates.Select(s => s.Name?.Value).OfType<string>()];
        foreach (string node in given.Where(n => !joined.Contains(n)))
            document.Require(node);
    }

    /// <summary>The operations that are to fail.</summary>
    public List<OperationSpec> Failures(ParseResult parse) => [.. Values(parse, Fail).Select(f => Spec("--op-fail", f))];

    private static void AddTickets(List<Modification> changes, string[] tickets, TicketChange change) =>
        changes.AddRange(tickets.Select(t => new Modification.Ticket(new TicketId(t), change)));

    private static string[] Values(ParseResult parse, Option<string[]> option) => parse.GetValue(option) ?? [];

    private static OperationSpec Spec(string option, string text) => OperationSpec.Parse(text)
        ?? throw new CommandException(
            ExitCode.Usage, $"{option} {text}: not an operation with a result", "write RESOURCE_OPERATION_MILLISECONDS@NODE=EXITCODE, as in ip_monitor_10000@n1=7");

    private static Option<string?> Text(string name, string description, string value, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value };

    private static Option<string[]> Many(string name, string description, string value, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value };

    private static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    private static Option<bool?> Truth(string name, string description, params string[] aliases) =>
        new(name, aliases)
        {
            Description = description,
            HelpName = "true|false",
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                if (CibBoolean.Parse(result.Tokens[0].Value) is { } value)
                    return value;
                result.AddError($"{name} {result.Tokens[0].Value}: neither true nor false");
                return null;
            },
        };
}
