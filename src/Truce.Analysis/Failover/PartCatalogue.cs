using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>
/// The bounds of all parts. A small cluster is planned for whole, so that what moves at the same time is
/// seen; in a large one each part is planned for alone, and of parts that are alike only the first: the
/// others take its bounds.
/// </summary>
internal sealed class PartCatalogue
{
    private const int WholeMax = 24;
    private readonly FailoverContext _context;
    private readonly ClusterParts _parts;
    private readonly Cib? _whole;
    private readonly PartShapes? _shapes;

    /// <param name="context">What holds for all parts.</param>
    /// <param name="settled">The cluster before anything fails.</param>
    public PartCatalogue(FailoverContext context, Cib settled)
    {
        _context = context;
        _parts = new ClusterParts(settled);
        int leaves = Enumerable.Range(0, _parts.Count).Sum(p => Primitives(p).Count());
        if (leaves <= WholeMax)
            _whole = settled;
        else
            _shapes = new PartShapes(context, _parts);
    }

    /// <summary>All bounds that are asked for.</summary>
    public IEnumerable<FailoverBound> Bounds() => Enumerable.Range(0, _parts.Count).SelectMany(Bounds);

    private IEnumerable<FailoverBound> Bounds(int part)
    {
        ResourceId[] asked = [.. Primitives(part).Where(IsAskedFor)];
        if (asked.Length == 0)
            return [];
        return _shapes is null ? Computed(part, asked)
            : _shapes.Of(part, asked.ToHashSet(), () => [.. Computed(part, [.. Primitives(part)])]);
    }

    private IEnumerable<FailoverBound> Computed(int part, ResourceId[] wanted)
    {
        PartBounds bounds = new(_context, _whole ?? _parts.Reduced(part), Primitives(part).ToHashSet());
        return
        [
            .. from leaf in bounds.Leaves
               where wanted.Contains(leaf.Id)
               from cause in _context.Request.Causes
               select bounds.For(leaf, cause),
        ];
    }

    private IEnumerable<ResourceId> Primitives(int part) => _parts.Tops(part).SelectMany(r => r.Primitives)
        .Select(p => p.Id);

    private bool IsAskedFor(ResourceId leaf) =>
        _context.Request.Resources.IsEmpty
            || _context.Above(leaf).Any(r => _context.Request.Resources.Contains(r.Id));
}
