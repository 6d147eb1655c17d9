using System.Text;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Parameters that the kernel hands to no program.</summary>
public sealed class UnpassableParameters : Rule
{
    // One string of a program's environment has 128 KiB at most (execve(2)), name and prefix included; all of
    // them together a quarter of the stack, which is 2 MiB.
    private const int OneMax = 120_000;
    private const int AllMax = 1_000_000;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unpassable-parameters", Severity.Error,
        "A resource's parameters are too long to be passed to its agent",
        "Its agent can't be run on any node, neither to start nor to stop the resource");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            NameValue[] pairs = [.. primitive.Effective.InstanceAttributes
                .Concat(primitive.Effective.MetaAttributes).SelectMany(s => s.Pairs)];
            foreach (NameValue pair in pairs.Where(p => Bytes(p) > OneMax))
            {
                yield return new Sighting(
                    Spot.Of(pair, primitive.Spot),
                    $"a parameter of {Bytes(pair)} bytes; {OneMax} is the limit",
                    "put it into a file, and configure the file's name instead");
            }

            if (pairs.Sum(Bytes) is > AllMax and var all)
            {
                yield return new Sighting(
                    primitive.Spot, $"its parameters have {all} bytes; {AllMax} is the limit",
                    "put them into a file, and configure the file's name instead");
            }
        }
    }

    private static long Bytes(NameValue pair) =>
        Encoding.UTF8.GetByteCount(pair.Name ?? "") + Encoding.UTF8.GetByteCount(pair.Value ?? "");
}
