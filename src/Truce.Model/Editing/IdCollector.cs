using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>Collects every id of a configuration that must be unique.</summary>
internal static class IdCollector
{
    public static HashSet<string> Collect(Configuration configuration)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        AddSets(ids, configuration.ClusterProperties, configuration.ResourceDefaults,
            configuration.OperationDefaults);
        foreach (Node node in configuration.Nodes)
            AddSets(ids, node.InstanceAttributes, node.Utilization);
        foreach (ResourceTemplate template in configuration.Templates)
            AddTemplate(ids, template);
        foreach (Resource resource in configuration.Resources)
            AddResource(ids, resource);
        foreach (Constraint constraint in configuration.Constraints)
            AddConstraint(ids, constraint);
        ids.UnionWith(configuration.Tags.Select(t => t.Id));
        ids.UnionWith(configuration.FencingTopology.Select(l => l.Id));
        AddAccess(ids, configuration.AccessControl);
        foreach (Alert alert in configuration.Alerts)
            AddAlert(ids, alert);
        return ids;
    }

    private static void Add(HashSet<string> ids, string? id)
    {
        if (id is not null)
            ids.Add(id);
    }

    private static void AddSets(HashSet<string> ids, params ReadOnlySpan<EquatableArray<AttributeSet>> lists)
    {
        foreach (EquatableArray<AttributeSet> list in lists)
        {
            foreach (AttributeSet set in list)
            {
                Add(ids, set.Id);
                foreach (NameValue pair in set.Pairs)
                    Add(ids, pair.Id);
                if (set.Rule is { } rule)
                    AddRule(ids, rule);
            }
        }
    }

    private static void AddRule(HashSet<string> ids, Rule rule)
    {
        Add(ids, rule.Id);
        foreach (RuleCondition condition in rule.Conditions)
            AddCondition(ids, condition);
    }

    private static void AddCondition(HashSet<string> ids, RuleCondition condition)
    {
        switch (condition)
        {
            case RuleCondition.Nested nested:
                AddRule(ids, nested.Rule);
                break;
            case RuleCondition.NodeAttributeTest test:
                ids.Add(test.Id);
                break;
            case RuleCondition.DateTest date:
                ids.Add(date.Id);
                Add(ids, date.Duration?.Id);
                Add(ids, date.Spec?.Id);
                break;
            case RuleCondition.ResourceTest test:
                ids.Add(test.Id);
                break;
            case RuleCondition.OperationTest test:
                ids.Add(test.Id);
                break;
        }
    }

    private static void AddTemplate(HashSet<string> ids, ResourceTemplate template)
    {
        ids.Add(template.Id);
        AddSets(ids, template.MetaAttributes, template.InstanceAttributes, template.Utilization);
        AddOperations(ids, template.Operations);
    }

    private static void AddOperations(HashSet<string> ids, OperationList? list)
    {
        Add(ids, list?.Id);
        foreach (Operation operation in list?.Operations ?? [])
        {
            ids.Add(operation.Id);
            AddSets(ids, operation.MetaAttributes, operation.InstanceAttributes);
        }
    }

    private static void AddResource(HashSet<string> ids, Resource resource)
    {
        ids.Add(resource.Id.Value);
        AddSets(ids, resource.MetaAttributes, resource.InstanceAttributes);
        if (resource is Resource.Primitive primitive)
        {
            AddSets(ids, primitive.Utilization);
            AddOperations(ids, primitive.Operations);
        }

        if (resource is Resource.Bundle bundle)
        {
            ids.UnionWith((bundle.Network?.PortMappings ?? []).Select(p => p.Id));
            ids.UnionWith((bundle.Storage ?? []).Select(s => s.Id));
        }

        foreach (Resource child in resource.Children)
            AddResource(ids, child);
    }

    private static void AddConstraint(HashSet<string> ids, Constraint constraint)
    {
        ids.Add(constraint.Id);
        foreach (ResourceSet set in constraint.Sets)
            Add(ids, set.Id);
        foreach (Rule rule in constraint.Lifetime)
            AddRule(ids, rule);
        foreach (Rule rule in constraint is Constraint.Location { Rules: var rules } ? rules : [])
            AddRule(ids, rule);
    }

    private static void AddAccess(HashSet<string> ids, AccessControl? access)
    {
        foreach (AclRole role in access?.Roles ?? [])
        {
            ids.Add(role.Id);
            ids.UnionWith(role.Permissions.Select(p => p.Id));
        }

        ids.UnionWith((access?.Groups ?? []).Select(g => g.Id));
    }

    private static void AddAlert(HashSet<string> ids, Alert alert)
    {
        ids.Add(alert.Id);
        AddSets(ids, alert.MetaAttributes, alert.InstanceAttributes);
        ids.UnionWith((alert.Selection?.Attributes ?? []).Select(a => a.Id));
        foreach (AlertRecipient recipient in alert.Recipients)
        {
            ids.Add(recipient.Id);
            AddSets(ids, recipient.MetaAttributes, recipient.InstanceAttributes);
        }
    }
}
