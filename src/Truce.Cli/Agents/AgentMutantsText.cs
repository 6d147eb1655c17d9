using System.Globalization;
using Truce.Agents.Bench;
using Truce.Cli.Printing;

namespace Truce.Cli.Agents;

/// <summary>The results of <c>truce agent test --mutants</c>, for people and for scripts.</summary>
internal static class AgentMutantsText
{
    /// <summary>Writes the table, what the survivors look like, and a line that sums it up.</summary>
    public static void Write(TextWriter output, MutationReport report, int columns)
    {
        Table table = new("MUTANT", "LINE", "CAUGHT BY", "CHANGED TO");
        foreach (MutantResult m in report.Mutants)
            table.Add(m.Operator, m.Line.ToString(CultureInfo.InvariantCulture), m.CaughtBy ?? "SURVIVED",
                m.Now);
        table.WriteTo(output, columns);
        foreach (MutantResult m in report.Mutants.Where(m => m.CaughtBy is null))
        {
            Wrapped.Write(output, $"{m.Operator}, line {m.Line}: {m.What}, and no check says so", columns, 2);
            output.WriteLine($"  was {m.Was}");
            output.WriteLine($"  now {m.Now}");
            if (m.Evidence.Length > 0)
                Wrapped.Write(output, $"  {m.Evidence}", columns, 2);
        }

        if (report.Condemned.Length > 0)
            Wrapped.Write(output,
                $"left out, as they condemn the agent as it is: {string.Join(", ", report.Condemned)}",
                columns, 2);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Agent}: {report.Mutants.Length} mutants, {report.Caught} caught, "
            + $"{report.Mutants.Length - report.Caught} survived, {report.Took.TotalSeconds:0.0} s"));
    }
}

/// <summary>What <c>agent test --mutants --json</c> prints.</summary>
internal sealed record AgentMutantsJson(
    string Agent, string Path, int Caught, int Survived, long TookMs, IReadOnlyList<string> Condemned,
    IReadOnlyList<AgentMutantJson> Mutants)
{
    /// <summary>The document of a report.</summary>
    public static AgentMutantsJson Of(MutationReport report) => new(
        report.Agent, report.Path, report.Caught, report.Mutants.Length - report.Caught,
        (long)report.Took.TotalMilliseconds, report.Condemned,
        [.. report.Mutants.Select(m => new AgentMutantJson(
            m.Operator, m.What, m.Line, m.Was, m.Now, m.CaughtBy, m.Evidence,
            (long)m.Took.TotalMilliseconds))]);
}

/// <summary>A damaged copy.</summary>
internal sealed record AgentMutantJson(
    string Operator, string What, int Line, string Was, string Now, string? CaughtBy, string Evidence,
    long TookMs);
