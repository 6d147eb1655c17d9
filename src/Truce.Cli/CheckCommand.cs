using System.CommandLine;
using Truce.Cli.Printing;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli;

/// <summary><c>truce check FILE</c>: finds what will hurt. It needs no cluster.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> file = new("FILE") { Description = "A CIB; - for standard input" };
        Command command = new("check", "Find what is wrong with a configuration, or will hurt") { file };
        command.SetAction(async (parse, cancel) =>
        {
            string name = parse.GetValue(file)!;
            string xml = await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false);
            CibReadResult read = CibReader.Parse(xml, name);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson([.. read.Findings.Select(ToJson)], CliJson.Indented.IReadOnlyListCheckFindingJson);
            else
                Print(context.Output, name, read);
            return (int)CodeOf(read);
        });
        return command;
    }

    private static void Print(TextWriter output, string name, CibReadResult read)
    {
        foreach (Finding finding in read.Findings)
            output.WriteLine(finding);
        if (read.Findings.IsEmpty)
            output.WriteLine($"{name}: nothing found");
    }

    // What the cluster would refuse is bad input; what it would take, but is likely not meant, is a finding.
    private static ExitCode CodeOf(CibReadResult read) => read switch
    {
        CibReadResult.Refused => ExitCode.BadInput,
        CibReadResult.Accepted => read.Findings.Any(f => f.Severity == Severity.Warning) ? ExitCode.No : ExitCode.Done,
    };

    private static CheckFindingJson ToJson(Finding finding) => new(
        finding.Id, FindingText.Word(finding.Severity), finding.File, finding.Line, finding.Element, finding.Message,
        finding.Remedy, $"docs/reference/findings.md#{finding.Id}", finding.Column);
}

/// <summary>What <c>check --json</c> lists; fields are added, never renamed.</summary>
internal sealed record CheckFindingJson(
    string Id, string Severity, string File, int Line, string Element, string Message, string Remedy, string Doc, int Column);
