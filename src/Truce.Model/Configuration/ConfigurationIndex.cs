using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>
/// A configuration with its references looked up: attribute sets, pairs, rules, operations and
/// resource sets by id, primitives with their templates filled in, tags and templates opened. Build
/// one for a configuration and keep it.
/// </summary>
public sealed class ConfigurationIndex
{
    private readonly Dictionary<string, AttributeSet> _sets = [];
    private readonly Dictionary<string, NameValue> _pairs = [];
    private readonly Dictionary<string, Rule> _rules = [];
    private readonly Dictionary<string, OperationList> _operations = [];
    private readonly Dictionary<string, ResourceSet> _resourceSets = [];
    private readonly Dictionary<string, ResourceTemplate> _templates = [];
    private readonly Dictionary<string, Tag> _tags = [];
    private readonly Dictionary<ResourceId, Resource> _resources = [];
    private readonly Dictionary<ResourceId, Resource> _parents = [];
    private readonly Dictionary<string, List<ResourceId>> _primitivesOfTemplate = [];

    /// <summary>Looks the configuration through once.</summary>
    public ConfigurationIndex(Configuration configuration)
    {
        Configuration = configuration;
        foreach (EquatableArray<AttributeSet> sets in (ReadOnlySpan<EquatableArray<AttributeSet>>)
            [configuration.ClusterProperties, configuration.ResourceDefaults,
                configuration.OperationDefaults])
            AddSets(sets);
        foreach (Node node in configuration.Nodes)
            AddSets(node.InstanceAttributes, node.Utilization);
        foreach (ResourceTemplate template in configuration.Templates)
            AddTemplate(template);
        foreach (Resource resource in configuration.Resources)
            AddResource(resource, null);
        foreach (Constraint constraint in configuration.Constraints)
            AddConstraint(constraint);
        foreach (Tag tag in configuration.Tags)
            _tags[tag.Id] = tag;
    }

    /// <summary>What was indexed.</summary>
    public Configuration Configuration { get; }

    /// <summary>The resource of that id, at any level; null if there is none.</summary>
    public Resource? Resource(ResourceId id) => _resources.GetValueOrDefault(id);

    /// <summary>The group, clone or bundle that the resource is directly in; null at the top.</summary>
    public Resource? Parent(ResourceId id) => _parents.GetValueOrDefault(id);

    /// <summary>The template of that id.</summary>
    public ResourceTemplate? Template(string id) => _templates.GetValueOrDefault(id);

    /// <summary>The tag of that id.</summary>
    public Tag? Tag(string id) => _tags.GetValueOrDefault(id);

    /// <summary>The rule of that id, for <see cref="RuleContext.FindRule"/>.</summary>
    public Rule? Rule(string id) => _rules.GetValueOrDefault(id);

    /// <summary>
    /// The set itself, or the one it refers to, with its pairs' references opened too; an
    /// empty set if it refers to nothing.
    /// </summary>
    public AttributeSet Resolve(AttributeSet set)
    {
        AttributeSet found = set.IdRef is { } id ? _sets.GetValueOrDefault(id) ?? new AttributeSet { Id = id }
            : set;
        return found.Pairs.Any(p => p.IdRef is not null)
            ? found with { Pairs = found.Pairs.Select(Resolve).ToEquatableArray() }
            : found;
    }

    /// <summary>The sets with their references opened.</summary>
    public EquatableArray<AttributeSet> Resolve(EquatableArray<AttributeSet> sets) =>
        sets.Any(s => s.IdRef is not null || s.Pairs.Any(p => p.IdRef is not null))
            ? sets.Select(Resolve).ToEquatableArray()
            : sets;

    private NameValue Resolve(NameValue pair) =>
        pair.IdRef is { } id && _pairs.TryGetValue(id, out NameValue? target)
        ? target with { Name = pair.Name ?? target.Name }
        : pair;

    /// <summary>The resource set itself, or the one it refers to.</summary>
    public ResourceSet Resolve(ResourceSet set) =>
        set.IdRef is { } id ? _resourceSets.GetValueOrDefault(id) ?? set : set;

    /// <summary>
    /// The primitive with its template filled in and all references opened. The template's attribute sets
    /// come first: of sets with equal scores the later one wins, so that the primitive's own do. Of
    /// operations with equal name and interval the primitive's stays.
    /// </summary>
    public Resource.Primitive Effective(Resource.Primitive primitive)
    {
        EquatableArray<Operation>? own = OperationsOf(primitive.Operations);
        if (primitive.Template is not { } id || !_templates.TryGetValue(id, out ResourceTemplate? template))
        {
            return primitive with
            {
                MetaAttributes = Resolve(primitive.MetaAttributes),
                InstanceAttributes = Resolve(primitive.InstanceAttributes),
                Utilization = Resolve(primitive.Utilization),
                Operations = WithoutReference(primitive.Operations, own),
            };
        }

        return primitive with
        {
            Agent = template.Agent,
            Template = null,
            Description = primitive.Description ?? template.Description,
            MetaAttributes = Join(template.MetaAttributes, primitive.MetaAttributes),
            InstanceAttributes = Join(template.InstanceAttributes, primitive.InstanceAttributes),
            Utilization = Join(template.Utilization, primitive.Utilization),
            Operations = WithoutReference(primitive.Operations ?? template.Operations,
                Merge(own, OperationsOf(template.Operations))),
        };
    }

    private EquatableArray<AttributeSet> Join(EquatableArray<AttributeSet> templates,
        EquatableArray<AttributeSet> own) =>
        [.. Resolve(templates), .. Resolve(own)];

    // A list may have its own operations in addition to the reference; those come first.
    private EquatableArray<Operation>? OperationsOf(OperationList? list)
    {
        if (list is null)
            return null;
        return list.IdRef is { } id && _operations.TryGetValue(id, out OperationList? target)
            ? Merge(list.Operations, target.Operations)
            : list.Operations;
    }

    private static EquatableArray<Operation>? Merge(EquatableArray<Operation>? first,
        EquatableArray<Operation>? then)
    {
        if (first is not { } kept || then is not { } added)
            return first ?? then;
        HashSet<(string, long)> taken = [.. kept.Select(o => (o.Name, o.Interval.Milliseconds))];
        return [.. kept, .. added.Where(o => !taken.Contains((o.Name, o.Interval.Milliseconds)))];
    }

    private static OperationList? WithoutReference(OperationList? list,
        EquatableArray<Operation>? operations) =>
        list is null ? null : list with { IdRef = null, Operations = operations ?? [] };

    /// <summary>
    /// The resources that an id in a constraint stands for: the resource itself, the primitives of a
    /// template, or a tag's resources; none if there is nothing of that id.
    /// </summary>
    public EquatableArray<ResourceId> Placeable(ResourceId id)
    {
        if (_resources.ContainsKey(id))
            return [id];
        if (_templates.ContainsKey(id.Value))
            return [.. _primitivesOfTemplate.GetValueOrDefault(id.Value, [])];
        return _tags.TryGetValue(id.Value, out Tag? tag)
            ? [.. tag.Objects.SelectMany(o => Untagged(new ResourceId(o)))]
            : [];
    }

    // A tag within a tag stands for nothing, so that they can't form a ring.
    private EquatableArray<ResourceId> Untagged(ResourceId id) =>
        _tags.ContainsKey(id.Value) ? [] : Placeable(id);

    private void AddSets(params ReadOnlySpan<EquatableArray<AttributeSet>> lists)
    {
        foreach (EquatableArray<AttributeSet> list in lists)
        {
            foreach (AttributeSet set in list)
                AddSet(set);
        }
    }

    private void AddSet(AttributeSet set)
    {
        if (set.Id is not { } id)
            return;
        _sets[id] = set;
        foreach (NameValue pair in set.Pairs)
        {
            if (pair.Id is { } pairId)
                _pairs[pairId] = pair;
        }

        if (set.Rule is { } rule)
            AddRule(rule);
    }

    private void AddRule(Rule rule)
    {
        if (rule.Id is not { } id)
            return;
        _rules[id] = rule;
        foreach (RuleCondition condition in rule.Conditions)
        {
            if (condition is RuleCondition.Nested(var nested))
                AddRule(nested);
        }
    }

    private void AddTemplate(ResourceTemplate template)
    {
        _templates[template.Id] = template;
        AddSets(template.MetaAttributes, template.InstanceAttributes, template.Utilization);
        AddOperations(template.Operations);
    }

    private void AddOperations(OperationList? list)
    {
        if (list is null)
            return;
        if (list.Id is { } id)
            _operations[id] = list;
        foreach (Operation operation in list.Operations)
            AddSets(operation.MetaAttributes, operation.InstanceAttributes);
    }

    private void AddResource(Resource resource, Resource? parent)
    {
        _resources[resource.Id] = resource;
        if (parent is not null)
            _parents[resource.Id] = parent;
        AddSets(resource.MetaAttributes, resource.InstanceAttributes);
        if (resource is Resource.Primitive primitive)
            AddPrimitive(primitive);
        foreach (Resource child in resource.Children)
            AddResource(child, resource);
    }

    private void AddPrimitive(Resource.Primitive primitive)
    {
        AddSets(primitive.Utilization);
        AddOperations(primitive.Operations);
        if (primitive.Template is not { } template)
            return;
        if (!_primitivesOfTemplate.TryGetValue(template, out List<ResourceId>? primitives))
            _primitivesOfTemplate[template] = primitives = [];
        primitives.Add(primitive.Id);
    }

    private void AddConstraint(Constraint constraint)
    {
        EquatableArray<Rule> rules = constraint is Constraint.Location { Rules: var own } ? own : [];
        foreach (Rule rule in (IEnumerable<Rule>)[.. rules, .. constraint.Lifetime])
            AddRule(rule);
        foreach (ResourceSet set in constraint.Sets)
        {
            if (set.Id is { } id)
                _resourceSets[id] = set;
        }
    }
}
