using System.CommandLine;
using Truce.Analysis.Importing;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Configuration;

/// <summary><c>truce config import</c>: takes over the configuration of a Pacemaker cluster, and says line
/// by line what becomes of it.</summary>
internal static class ImportCommand
{
    private const string StandardOutput = "-";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> file = new("FILE")
        {
            Description = "The CIB of a Pacemaker cluster (cibadmin --query); - for standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> live = new("--live")
        {
            Description = "Ask the Pacemaker on this machine (cibadmin --query) instead of reading FILE",
        };
        Option<bool> dry = new("--dry-run")
        {
            Description = "Only report what would be imported; exit code 1 if something isn't supported",
        };
        Option<string?> output = new("--output")
        {
            Description = "As --dry-run, and write the configuration as Truce would load it; - for standard "
                + "output, the report then goes to standard error",
            HelpName = "FILE",
        };
        Command command = new("import",
            "Import a Pacemaker cluster's configuration: report what is taken over, what differs and what "
                + "isn't supported, then make it this cluster's") { file, live, dry, output };
        command.SetAction(async (parse, cancel) =>
        {
            (string name, string xml) = await ReadAsync(
                context, parse.GetValue(file), parse.GetValue(live) ? LiveCib.Name : null, cancel)
                .ConfigureAwait(false);
            ImportReport report = await BoundedWork.RunAsync(name, WorkBounds.Default,
                _ => Importer.Read(xml, name, context.Planner, context.Time.GetUtcNow()), cancel)
                .ConfigureAwait(false);
            RefuseUnreadable(report);
            Import import = new(context, parse, report);
            return parse.GetValue(output) is { } target ? import.Write(target)
                : parse.GetValue(dry) ? import.Tell(context.Output)
                : await import.ApplyAsync(cancel).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<(string Name, string Xml)> ReadAsync(
        CliContext context, string? file, string? live, CancellationToken cancel) => (file, live) switch
        {
            ({ } name, null) =>
                (name, await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false)),
            (null, { } name) => (name, await LiveCib.ReadAsync(context, cancel).ConfigureAwait(false)),
            _ => throw new CommandException(
                ExitCode.Usage, "FILE and --live: one of the two is needed",
                "name a file that cibadmin --query wrote, or write --live on a node of that cluster"),
        };

    private static void RefuseUnreadable(ImportReport report)
    {
        if (report.Xml is null)
        {
            throw new CommandException(
                ExitCode.BadInput, $"{report.File} was not imported", "correct the lines above")
            {
                Findings = [.. report.Lines.Select(OnWire)],
                File = report.File,
            };
        }
    }

    private static InputFinding OnWire(ImportLine line) => new(
        FindingText.Word(line.Verdict == ImportVerdict.Unsupported ? Severity.Error : Severity.Warning),
        line.Line, line.Column, line.Element, line.Message, line.Remedy)
    {
        Id = line.Id,
    };

    /// <summary>A report, and what is to be done with it.</summary>
    private sealed class Import(CliContext context, ParseResult parse, ImportReport report)
    {
        /// <summary>Reports, and does nothing else.</summary>
        public int Tell(TextWriter output)
        {
            Print(output, null);
            return (int)(report.IsAcceptable ? ExitCode.Done : ExitCode.No);
        }

        /// <summary>Reports, and writes the configuration to a file.</summary>
        public int Write(string target)
        {
            if (target == StandardOutput)
            {
                context.Output.Write(report.Xml);
                return Tell(context.Error);
            }

            WriteFile(target);
            int code = Tell(context.Output);
            if (!parse.GetValue(context.Json))
                context.Output.WriteLine($"{target} was written"
                    + (report.IsAcceptable ? ""
                        : "; Truce refuses it until what isn't supported is corrected"));
            return code;
        }

        /// <summary>Reports, and makes it the cluster's configuration.</summary>
        public async Task<int> ApplyAsync(CancellationToken cancel)
        {
            bool isJson = parse.GetValue(context.Json);
            if (!isJson || !report.IsAcceptable)
                Print(context.Output, null);
            if (!report.IsAcceptable)
            {
                throw new CommandException(
                    ExitCode.BadInput, $"{report.File} was not imported", "correct what isn't supported");
            }

            return await context.OnClusterAsync(parse, async (cluster, c) =>
            {
                ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                    new ClientRequest.ApplyConfiguration(
                        report.Xml!, null, false, $"imported from {report.File}"), c).ConfigureAwait(false);
                new Outcome(context, parse, cluster).Warn(done);
                if (isJson)
                    Print(context.Output, done);
                else
                    context.Output.WriteLine(
                        $"{report.File} was imported as configuration {done.Version}");
                return ExitCode.Done;
            }, cancel).ConfigureAwait(false);
        }

        private void Print(TextWriter output, ClientReply.Done? done)
        {
            if (parse.GetValue(context.Json))
                output.WriteJson(ImportJson.Of(report, done?.Version), CliJson.Indented.ImportJson);
            else
                ImportText.Write(output, report);
        }

        // A configuration holds secrets, so nobody else may read it.
        private void WriteFile(string target)
        {
            try
            {
                using StreamWriter file = new(target, new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
                file.Write(report.Xml);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException
                or ArgumentException)
            {
                throw new CommandException(
                    ExitCode.BadInput, $"{target}: {problem.Message}", "name a file that can be written");
            }
        }
    }
}
