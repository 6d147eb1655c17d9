using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>The bounds of all parts.</summary>
internal sealed class PartCatalogue(FailoverContext context, ClusterParts parts)
{
    /// <summary>Those of one part's resources, as far as they are asked for.</summary>
    public IEnumerable<FailoverBound> Bounds(int part)
    {
        if (!parts.Tops(part).Any(IsAskedFor))
            return [];
        PartBounds bounds = new(context, parts.Reduced(part));
        return
        [
            .. from leaf in bounds.Leaves
               where IsAskedFor(leaf)
               from cause in context.Request.Causes
               select bounds.For(leaf, cause),
        ];
    }

    private bool IsAskedFor(Resource resource) => context.Request.Resources.IsEmpty
        || context.Request.Resources.Contains(resource.Id) || resource.Children.Any(IsAskedFor);

    private bool IsAskedFor(Leaf leaf) => context.Request.Resources.IsEmpty || context.Request.Resources.Contains(leaf.Id)
        || (leaf.Group is { } group && context.Request.Resources.Contains(group))
        || (context.Top(leaf.Id) is { } top && context.Request.Resources.Contains(top.Id));
}
