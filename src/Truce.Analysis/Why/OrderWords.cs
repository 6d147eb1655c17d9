using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Analysis.Why;

/// <summary>Which constraint puts two resources in order, and which constraints do nothing.</summary>
internal static class OrderWords
{
    /// <summary>For example "order db-first"; null: it isn't a constraint that says so.</summary>
    public static string? Between(Picture picture, ResourceId one, ResourceId other)
    {
        ImmutableHashSet<ResourceId> first = Names(picture, one), second = Names(picture, other);
        Constraint.Ordering? constraint = picture.Cib.Configuration.Constraints.OfType<Constraint.Ordering>()
            .FirstOrDefault(c => Names(picture, c, first) && Names(picture, c, second));
        if (constraint is not null)
            return $"order {constraint.Id}";
        return first.Intersect(second).Select(id =>
            picture.Index.Resource(id)).OfType<Resource.Group>().FirstOrDefault()
            is { } group ? $"group {group.Id}" : null;
    }

    /// <summary>Sentences about constraints that name a resource and have no effect.</summary>
    public static IEnumerable<string> WithoutEffect(Picture picture, ResourceId subject)
    {
        ImmutableHashSet<ResourceId> names = Names(picture, subject);
        foreach (Constraint constraint in picture.Cib.Configuration.Constraints)
        {
            foreach (ResourceId id in Promoted(picture.Index, constraint).Distinct())
            {
                if (picture.Index.Resource(id) is not { } resource || IsPromotable(picture, resource)
                    || !Mentions(picture, constraint, names))
                    continue;
                yield return $"{Kind(constraint)} {constraint.Id} has no effect: it speaks of the promoted "
                    + $"role of {id}, "
                    + $"which isn't promotable (truce resource meta {id} promotable=true, on its clone, or "
                        + $"another action)";
            }
        }
    }

    private static string Kind(Constraint constraint) => constraint switch
    {
        Constraint.Ordering => "order",
        Constraint.Colocation => "colocation",
        Constraint.Location => "location constraint",
        Constraint.Ticket => "ticket constraint",
    };

    // An instance, and what it is part of.
    private static ImmutableHashSet<ResourceId> Names(Picture picture, ResourceId id)
    {
        ResourceId configured = picture.State(id)?.ConfigId
            ?? new ResourceId(InstanceNames.Configured(id.Value));
        ImmutableHashSet<ResourceId>.Builder all = ImmutableHashSet.CreateBuilder<ResourceId>();
        for (ResourceId? at = configured; at is { } each; at = picture.Index.Parent(each)?.Id)
            all.Add(each);
        return all.ToImmutable();
    }

    private static bool Names(
        Picture picture, Constraint.Ordering order, ImmutableHashSet<ResourceId> names) =>
        (order.First is { } f && names.Contains(f)) || (order.Then is { } t && names.Contains(t))
        || order.Sets.Select(picture.Index.Resolve).Any(s => s.Resources.Any(names.Contains));

    private static bool Mentions(Picture picture, Constraint constraint, ImmutableHashSet<ResourceId> names)
    {
        IEnumerable<ResourceId?> plain = constraint switch
        {
            Constraint.Ordering o => [o.First, o.Then],
            Constraint.Colocation c => [c.Resource, c.WithResource],
            Constraint.Location l => [l.Resource],
            Constraint.Ticket t => [t.Resource],
        };
        return plain.Any(id => id is { } named && names.Contains(named))
            || constraint.Sets.Select(picture.Index.Resolve).Any(s => s.Resources.Any(names.Contains));
    }

    private static IEnumerable<ResourceId> Promoted(ConfigurationIndex index, Constraint constraint)
    {
        IEnumerable<ResourceId?> named = constraint switch
        {
            Constraint.Ordering o =>
                [IsPromotion(o.FirstAction) ? o.First : null, IsPromotion(o.ThenAction) ? o.Then : null],
            Constraint.Colocation c =>
                [c.Role == Role.Promoted ? c.Resource : null, c.WithRole == Role.Promoted ? c.WithResource
                    : null],
            Constraint.Location or Constraint.Ticket => [],
        };
        return
        [
            .. named.OfType<ResourceId>(),
            .. constraint.Sets.Select(index.Resolve).Where(s => s.Role == Role.Promoted
                || IsPromotion(s.Action))
                .SelectMany(s => s.Resources),
        ];
    }

    private static bool IsPromotion(OrderAction? action) =>
        action is OrderAction.Promote or OrderAction.Demote;

    private static bool IsPromotable(Picture picture, Resource resource) => resource switch
    {
        Resource.Cloned { Form: CloneForm.Master } => true,
        Resource.Cloned cloned => cloned.MetaAttributes.SelectMany(s => s.Pairs)
            .Any(p => p.Name == "promotable" && CibBoolean.Parse(p.Value) == true),
        Resource.Bundle bundle => (bundle.Container.PromotedMax ?? 0) > 0,
        Resource.Primitive or Resource.Group =>
            picture.Index.Parent(resource.Id) is { } parent && IsPromotable(picture, parent),
    };
}
