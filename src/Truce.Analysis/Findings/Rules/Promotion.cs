using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>What can be promoted.</summary>
internal static class Promotion
{
    /// <summary>Whether a resource, or the clone around it, is promotable.</summary>
    public static bool IsPossible(RuleInput input, Resource resource) => resource switch
    {
        Resource.Cloned { Form: CloneForm.Master } => true,
        Resource.Cloned cloned => CibBoolean.Parse(input.Meta(cloned, "promotable")?.Value) == true,
        Resource.Bundle bundle => (bundle.Container.PromotedMax ?? 0) > 0,
        Resource.Primitive or Resource.Group =>
            input.Index.Parent(resource.Id) is { } parent && IsPossible(input, parent),
    };
}
