using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Cli.Checking;

/// <summary>
/// Findings as SARIF 2.1.0 (OASIS), which code review services and editors show at their lines. Silenced ones
/// are in it too, with their reasons: the format has a place for them.
/// </summary>
internal static class SarifLog
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="CommandException">It can't be written.</exception>
    public static void Write(string path, CheckReport report)
    {
        string text = JsonSerializer.Serialize(Of(report), SarifJson.Default.SarifDocument);
        try
        {
            File.WriteAllText(path, text + "\n");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.BadInput, $"{path}: {problem.Message}", "name a file that can be written");
        }
    }

    /// <summary>The document.</summary>
    public static SarifDocument Of(CheckReport report)
    {
        (Finding Finding, string? Reason)[] all =
        [
            .. report.Judgement.Findings.Select(f => (f, (string?)null)),
            .. report.Judgement.Silenced.Select(s => (s.Finding, (string?)s.Reason)),
        ];
        SarifRule[] rules =
        [
            .. all.Select(f => f.Finding.Id).Distinct().Order(StringComparer.Ordinal).Select(id => RuleCatalogue.Kinds[id])
                .Select(k => new SarifRule(k.Id, new(k.Summary), new(k.Consequence), k.Doc, new(Level(k.Severity)))),
        ];
        return new SarifDocument(
            "https://json.schemastore.org/sarif-2.1.0.json", "2.1.0",
            [
                new SarifRun(
                    new SarifTool(new SarifDriver("truce", CommandLine.Version, rules)),
                    [.. all.Select(f => Result(f.Finding, f.Reason))], "unicodeCodePoints"),
            ]);
    }

    private static SarifResult Result(Finding finding, string? reason) => new(
        finding.Id, Level(finding.Severity), new($"{finding.Message}; do: {finding.Remedy}"),
        [
            new SarifLocation(
                new SarifPhysical(
                    new(UriOf(finding.File)), finding.Line == 0 ? null : new(finding.Line, Math.Max(finding.Column, 1))),
                [new SarifLogical(finding.Element)]),
        ],
        reason is null ? [] : [new SarifSuppression("inSource", reason)]);

    private static string UriOf(string file) => file == "-"
        ? "stdin"
        : string.Join('/', file.Split('/').Select(Uri.EscapeDataString));

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Information => "note",
    };
}

/// <summary>How SARIF is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SarifDocument))]
internal sealed partial class SarifJson : JsonSerializerContext;

internal sealed record SarifDocument([property: JsonPropertyName("$schema")] string Schema, string Version, SarifRun[] Runs);

internal sealed record SarifRun(SarifTool Tool, SarifResult[] Results, string ColumnKind);

internal sealed record SarifTool(SarifDriver Driver);

internal sealed record SarifDriver(string Name, string SemanticVersion, SarifRule[] Rules);

internal sealed record SarifRule(
    string Id, SarifText ShortDescription, SarifText FullDescription, string HelpUri, SarifDefault DefaultConfiguration);

internal sealed record SarifDefault(string Level);

internal sealed record SarifText(string Text);

internal sealed record SarifResult(
    string RuleId, string Level, SarifText Message, SarifLocation[] Locations, SarifSuppression[] Suppressions);

internal sealed record SarifSuppression(string Kind, string Justification);

internal sealed record SarifLocation(SarifPhysical PhysicalLocation, SarifLogical[] LogicalLocations);

internal sealed record SarifPhysical(SarifArtifact ArtifactLocation, SarifRegion? Region);

internal sealed record SarifArtifact(string Uri);

internal sealed record SarifRegion(int StartLine, int StartColumn);

internal sealed record SarifLogical(string FullyQualifiedName);
