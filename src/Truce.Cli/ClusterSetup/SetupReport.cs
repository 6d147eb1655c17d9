using Truce.Cli.Printing;
using Truce.Cli.Checking;
using Truce.Model;

namespace Truce.Cli.ClusterSetup;

/// <summary>What a command that sets up a node has done, as <c>--json</c> prints it.</summary>
internal sealed record SetupJson(
    string Cluster, string Node, int Version, IReadOnlyList<string> Nodes, IReadOnlyList<string> Written,
    IReadOnlyList<string> Kept, IReadOnlyList<string> Started, IReadOnlyList<CheckFindingJson> Findings);

/// <summary>Tells what is done while it is done, and everything at the end as JSON.</summary>
/// <param name="output">Where it is told.</param>
/// <param name="form">For people, or for programs.</param>
internal sealed class SetupReport(TextWriter output, ReportForm form)
{
    private readonly List<string> _started = [];
    private readonly List<Finding> _findings = [];
    private FilesWritten _files = new([], []);

    /// <summary>Files have been written.</summary>
    public void Wrote(FilesWritten files)
    {
        _files = files;
        foreach (string file in files.Written)
            Say($"wrote {file}");
        foreach (string copy in files.Kept)
            Say($"kept the former one as {copy}");
    }

    /// <summary>A service runs.</summary>
    public void Started(string unit)
    {
        _started.Add(unit);
        Say($"started {unit}");
    }

    /// <summary>Warnings are worth reading, though they hinder nothing.</summary>
    public void Warn(IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            _findings.Add(finding);
            Say($"warning: {SetupText.Line(finding)}");
        }
    }

    /// <summary>A line for people.</summary>
    public void Say(string line)
    {
        if (form == ReportForm.Text)
            output.WriteLine(line);
    }

    /// <summary>For programs, all of it.</summary>
    public void End(Candidate candidate, string node)
    {
        if (form == ReportForm.Text)
            return;
        output.WriteJson(
            new SetupJson(
                candidate.Cluster, node, candidate.Version, candidate.Names, _files.Written, _files.Kept,
                _started, [.. _findings.Select(CheckFindingJson.Of)]),
            CliJson.Indented.SetupJson);
    }
}

/// <summary>Who a report is for.</summary>
internal enum ReportForm
{
    /// <summary>People.</summary>
    Text,

    /// <summary>Programs.</summary>
    Json,
}

/// <summary>Findings about a node as text.</summary>
internal static class SetupText
{
    /// <summary>One line; what isn't in a file has no line to name.</summary>
    public static string Line(Finding finding) => finding.Line > 0
        ? finding.ToString()
        : $"{finding.File}: {finding.Element}: {finding.Message}; do: {finding.Remedy}";

    /// <summary>Tells what keeps a node from being set up.</summary>
    /// <returns>How the command ends: nothing has been changed.</returns>
    public static ExitCode Refuse(TextWriter error, IEnumerable<Finding> errors)
    {
        foreach (Finding finding in errors)
        {
            error.WriteLine(Line(finding));
            error.WriteLine($"    error {finding.Id}: {finding.Consequence}");
        }

        error.WriteLine("truce: nothing has been changed");
        return ExitCode.No;
    }
}
