using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Mutants;

/// <summary>Mistakes in what an agent says of itself.</summary>
internal static partial class MetadataMistakes
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<MutationOperator> All { get; } =
    [
        Of("stop-timeout-unadvertised", "the metadata has no timeout for stop",
            text => StopTimeout().Replace(text, "${before}")),
        Of("monitor-unadvertised", "the metadata has no monitor", text => Monitor().Replace(text, "")),
        Of("metadata-unclosed", "the metadata isn't well-formed", text => Close().Replace(text, "")),
    ];

    private static MutationOperator Of(string name, string what, Func<string, string> change) =>
        new(name, what, (line, _) => change(line.Text)) { IsOfMetadata = true };

    [GeneratedRegex(@"(?<before><action\s+name=""stop""[^>]*?)\s*timeout=""[^""]*""")]
    private static partial Regex StopTimeout();

    [GeneratedRegex(@"<action\s+name=""monitor""[^>]*/>")]
    private static partial Regex Monitor();

    [GeneratedRegex("</actions>")]
    private static partial Regex Close();
}
