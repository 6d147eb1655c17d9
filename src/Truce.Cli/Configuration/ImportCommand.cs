using System.CommandLine;
using System.Collections.Immutable;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Configuration;

/// <summary><c>truce config import</c>: takes over the configuration of a Pacemaker cluster.</summary>
internal static class ImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> file = new("FILE") { Description = "The CIB of a Pacemaker cluster (cibadmin --query); - for standard input" };
        Option<bool> dry = new("--dry-run") { Description = "Show what would be imported, without changing anything" };
        Command command = new("import", "Import a Pacemaker cluster's configuration, converted to the current schema, without its status") { file, dry };
        command.SetAction(async (parse, cancel) =>
        {
            string name = parse.GetValue(file)!;
            string text = await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false);
            CibReadResult read = CibReader.Parse(text, name);
            // The cluster gets it in today's form, with other lines: what it would refuse is
            // said here, with those of the file.
            ImmutableArray<InputFinding> findings =
                [.. (read is CibReadResult.Accepted { Cib: var cib } ? Judged(cib, text, name, read.Findings) : read.Findings).Select(FindingText.OnWire)];
            if (read is not CibReadResult.Accepted accepted || findings.Any(f => f.Severity == "error"))
                throw new CommandException(ExitCode.BadInput, $"{name} was not imported", "correct the lines above") { Findings = findings, File = name };
            foreach (InputFinding finding in findings)
                context.Error.WriteLine(FindingText.Of(finding, name));
            string xml = CibWriter.WriteConfiguration(accepted.Cib.Configuration, accepted.Cib.Header.ValidateWith);
            return parse.GetValue(dry)
                ? Show(context, xml)
                : await context.OnClusterAsync(parse, (cluster, c) => ApplyAsync(context, parse, cluster, name, xml, c), cancel).ConfigureAwait(false);
        });
        return command;
    }

    private static EquatableArray<Finding> Judged(Cib cib, string text, string name, EquatableArray<Finding> reading) =>
        Judge.Look(new RuleInput(cib), text, name, reading).Findings;

    private static int Show(CliContext context, string xml)
    {
        context.Output.WriteLine(xml);
        return (int)ExitCode.Done;
    }

    private static async Task<ExitCode> ApplyAsync(
        CliContext context, ParseResult parse, ICluster cluster, string name, string xml, CancellationToken cancel)
    {
        ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
            new ClientRequest.ApplyConfiguration(xml, null, false, $"imported from {name}"), cancel).ConfigureAwait(false);
        Outcome outcome = new(context, parse, cluster);
        outcome.Warn(done);
        outcome.Print($"{name} was imported as configuration {done.Version}", done);
        return ExitCode.Done;
    }
}
