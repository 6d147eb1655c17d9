using Truce.Contracts;

namespace Truce.Cli;

/// <summary>Findings as every tool prints them: <c>FILE:LINE:COL: ELEMENT: what is
/// wrong; do: what to do</c>.</summary>
internal static class FindingText
{
    /// <summary>One line.</summary>
    public static string Of(InputFinding finding, string file) =>
        $"{file}:{finding.Line}:{finding.Column}: {finding.Element}: {finding.Message}; do: {finding.Remedy}";

    /// <summary>A finding of the reader as the cluster would send it.</summary>
    public static InputFinding OnWire(Model.Finding finding) =>
        new(Word(finding.Severity), finding.Line, finding.Column, finding.Element, finding.Message, finding.Remedy)
        {
            Id = finding.Id,
            Consequence = finding.Consequence,
        };

    /// <summary>error, warning or information.</summary>
    public static string Word(Model.Severity severity) => severity switch
    {
        Model.Severity.Error => "error",
        Model.Severity.Warning => "warning",
        Model.Severity.Information => "information",
    };
}
