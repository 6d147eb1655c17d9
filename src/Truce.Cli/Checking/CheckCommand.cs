using System.CommandLine;
using Truce.Agents.Finding;
using Truce.Analysis.Findings;
using Truce.Cli.Agents;
using Truce.Cli.Printing;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Checking;

/// <summary><c>truce check FILE</c>: finds what will hurt. It needs no cluster.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> file = new("FILE") { Description = "A CIB; - for standard input" };
        Option<string[]> corosync = new("--corosync-conf")
        {
            Description = "Also check this corosync.conf; once for each node, to compare them",
            HelpName = "FILE",
        };
        Option<string[]> sbd = new("--sbd")
        {
            Description = "Also check sbd: a node's /etc/default/sbd, or the output of sbd dump; may be "
                + "repeated",
            HelpName = "FILE",
        };
        Option<bool> validate = new("--validate")
        {
            Description = "Also run validate-all of the agents of this machine with their parameters; "
                + "not where these hold secrets",
        };
        CheckOptions options = new();
        Command command =
            new("check", "Check a configuration for errors and risks") { file, corosync, sbd, validate };
        options.AddTo(command);
        command.SetAction(async (parse, cancel) =>
        {
            string name = parse.GetValue(file)!;
            string xml = await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false);
            HostFiles files = await HostFiles.ReadAsync(
                context, parse.GetValue(corosync) ?? [], parse.GetValue(sbd) ?? [],
                    cancel).ConfigureAwait(false);
            CheckReport report = await CheckReport.OfAsync(
                context, xml, name, options.Silences(parse), files with
                {
                    Agents = parse.GetValue(validate) ? AgentsAsked.ForParameters : AgentsAsked.WhatTheyAre,
                }, cancel).ConfigureAwait(false);
            if (options.Sarif(parse) is { } sarif)
                SarifLog.Write(sarif, report);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson([.. report.Judgement.Findings.Select(CheckFindingJson.Of)],
                    CliJson.Indented.IReadOnlyListCheckFindingJson);
            else
                report.Print(context.Output, options.ShowsSilenced(parse));
            return (int)report.CodeAt(options.FailOn(parse));
        });
        return command;
    }
}

/// <summary>What <c>check</c> has to say about one file.</summary>
/// <param name="File">Its name.</param>
/// <param name="IsReadable">Whether it is a configuration at all.</param>
/// <param name="Judgement">The findings.</param>
internal sealed record CheckReport(string File, bool IsReadable, Judgement Judgement)
{
    /// <summary>What agents weren't asked about; empty: nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>Reads and judges, with the agents of this machine and plans on paper.</summary>
    public static async Task<CheckReport> OfAsync(
        CliContext context, string xml, string file, EquatableArray<Silence> silences, HostFiles files,
        CancellationToken cancel)
    {
        CibReadResult read = CibReader.Parse(xml, file);
        if (read is not CibReadResult.Accepted accepted)
            return new CheckReport(file, false, new Judgement(read.Findings, [], []));
        AgentSettings settings = NodeAgents.Settings(context);
        MachineAgents agents =
            await MachineAgents.AskAsync(accepted.Cib, settings, cancel).ConfigureAwait(false);
        ParameterAnswers? answers = files.Agents == AgentsAsked.WhatTheyAre ? null
            : await new ParameterTrials(accepted.Cib, agents, settings, context.Time.GetUtcNow())
                .AskAsync(cancel).ConfigureAwait(false);
        RuleInput input = new(accepted.Cib)
        {
            Agents = agents,
            Refused = answers?.Refused,
            Tested = MachineAgents.Tested(accepted.Cib, settings),
            Corosync = files.Corosync,
            Sbd = files.Sbd,
            Trial = new Trial(accepted.Cib, context.Time.GetUtcNow(), context.Planner),
        };
        return new CheckReport(file, true, Judge.Look(input, xml, file, accepted.Findings, silences))
        {
            Remark = answers?.Remark ?? "",
        };
    }

    /// <summary>For people: a line for each finding, and what comes of it.</summary>
    public void Print(TextWriter output, SilencedShown shown)
    {
        foreach (Finding finding in Judgement.Findings)
        {
            output.WriteLine(finding);
            output.WriteLine($"    {FindingText.Word(finding.Severity)} {finding.Id}: {finding.Consequence}");
        }

        if (shown == SilencedShown.Yes)
        {
            foreach (SilencedFinding silenced in Judgement.Silenced)
                output.WriteLine($"{silenced.Finding}\n    silenced {silenced.Finding.Id}: "
                    + $"{silenced.Reason}");
        }

        string hidden = Judgement.Silenced.Count == 0
            ? "" : $"; {Judgement.Silenced.Count} silenced (--show-silenced)";
        if (Judgement.Findings.IsEmpty)
            output.WriteLine($"{File}: nothing found{hidden}");
        else
            output.WriteLine($"{File}: {Count(Severity.Error, "error")}, "
                + $"{Count(Severity.Warning, "warning")}{hidden}");
        if (Remark.Length > 0)
            output.WriteLine($"not checked: {Remark}");
        if (IsReadable)
            output.WriteLine("not checked: which agents the cluster's nodes have, and which nodes it would "
                + "fence at once "
                + "(use truce config check)");
    }

    /// <summary>What can't be read is bad input; what was found is an answer.</summary>
    public ExitCode CodeAt(Severity failOn) => !IsReadable
        ? ExitCode.BadInput
        : Judgement.Findings.Any(f => f.Severity >= failOn) ? ExitCode.No : ExitCode.Done;

    private string Count(Severity severity, string what)
    {
        int count = Judgement.Findings.Count(f => f.Severity == severity);
        return count == 1 ? $"1 {what}" : $"{count} {what}s";
    }
}

/// <summary>Whether silenced findings are printed.</summary>
internal enum SilencedShown
{
    /// <summary>They are counted.</summary>
    No,

    /// <summary>They are printed with their reasons.</summary>
    Yes,
}

/// <summary>What <c>check --json</c> lists; fields are added, never renamed.</summary>
internal sealed record CheckFindingJson(
    string Id, string Severity, string File, int Line, string Element, string Message, string Remedy,
        string Doc, int Column,
    string Consequence)
{
    /// <summary>One finding.</summary>
    public static CheckFindingJson Of(Finding finding) => new(
        finding.Id, FindingText.Word(finding.Severity), finding.File, finding.Line, finding.Element,
            finding.Message,
        finding.Remedy, finding.Doc, finding.Column, finding.Consequence);
}
