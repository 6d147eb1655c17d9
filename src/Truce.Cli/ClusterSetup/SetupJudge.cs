using System.CommandLine;
using Truce.Analysis.Setup;
using Truce.Model;

namespace Truce.Cli.ClusterSetup;

/// <summary>All that rules say about a corosync.conf on this machine.</summary>
internal static class SetupJudge
{
    /// <summary>What they find, the gravest first.</summary>
    public static IEnumerable<Finding> Look(Candidate candidate, Machine machine)
    {
        Finding[] here = [.. new MachineRules(candidate.File, machine).Look()];
        // What the machine's own networks tell is surer than what a file without netmasks does.
        return CorosyncRules.Look([candidate.File])
            .Where(f => f.Id != "links-share-network" || here.All(h => h.Id != "links-in-one-network"))
            .Concat(here).OrderByDescending(f => f.Severity);
    }

    /// <summary>Whether a file is the one that Corosync's package brings: one node, on loopback.</summary>
    public static bool IsAsInstalled(Candidate candidate) =>
        candidate.File.Nodes is [var only] && only.Find("ring0_addr")?.Text == "127.0.0.1";

    /// <summary>This node's corosync.conf and key.</summary>
    /// <exception cref="CommandException">It is no node of a cluster.</exception>
    public static Candidate Member(ClusterFiles files) => files.Read() is { } there && !IsAsInstalled(there)
        ? there
        : throw new CommandException(
            ExitCode.BadInput, "this machine is no node of a cluster on Corosync",
            "truce cluster init makes it the first one, truce cluster join FILE one more");

    /// <summary>Who a command's report is for.</summary>
    public static SetupReport ReportOf(this CliContext context, ParseResult parse) => new(
        context.Output, parse.GetValue(context.Json) ? ReportForm.Json : ReportForm.Text);
}

/// <summary>Who may set up and check a node.</summary>
internal static class SetupAccess
{
    /// <summary>Only root may.</summary>
    /// <exception cref="CommandException">This isn't root.</exception>
    public static void Require(ISetupHost host)
    {
        if (!host.IsRoot)
            throw new CommandException(ExitCode.Refused, "the cluster's key is for root alone",
                "run it as root");
    }
}
