using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>
/// Parts that are alike: the same kinds of resources with the same operations and settings, bound in
/// the same way, running apart or together in the same way. Which node is preferred by how much makes
/// no difference to the times; which nodes are out of the question does. Parts of one shape share
/// their bounds, with the names changed.
/// </summary>
internal sealed class PartShapes(FailoverContext context, ClusterParts parts)
{
    private readonly Dictionary<string,
        (ImmutableArray<string> Names,
        ImmutableArray<FailoverBound> Bounds)> _known = new(StringComparer.Ordinal);

    /// <summary>A part's bounds for some of its resources: computed, or those of
    /// a part of the same shape.</summary>
    public IEnumerable<FailoverBound> Of(int part, IReadOnlySet<ResourceId> wanted,
        Func<ImmutableArray<FailoverBound>> compute)
    {
        (string shape, ImmutableArray<string> names) = Describe(part);
        if (!_known.TryGetValue(shape,
            out (ImmutableArray<string> Names, ImmutableArray<FailoverBound> Bounds) known))
            _known[shape] = known = (names, compute());
        Dictionary<string, string> renamed = known.Names.Zip(names).ToDictionary(p => p.First, p =>
            p.Second, StringComparer.Ordinal);
        bool same = known.Names.SequenceEqual(names);
        return known.Bounds.Select(b => same ? b : Renamed(b, renamed))
            .Where(b => wanted.Contains(b.Resource));
    }

    // For the others only the same sequence is reported, not the node.
    private FailoverBound Renamed(FailoverBound bound, Dictionary<string, string> renamed)
    {
        string own = renamed[bound.Resource.Value];
        return bound with
        {
            Resource = new ResourceId(own),
            From = null,
            To = null,
            Terms = [.. bound.Terms.Select(t => Timed(
                t with { Name = Words(t.Name, renamed), Setting = Words(t.Setting, renamed) }, renamed))],
            Steps = [.. bound.Steps.Select(s => s with { Name = Words(s.Name, renamed), Node = null })],
            Chain = null,
        };
    }

    // Timeouts are alike, or it would be another shape; what each of them usually takes may differ.
    private FailoverTerm Timed(FailoverTerm term, Dictionary<string, string> renamed)
    {
        if (term.Operation is not { } operation)
            return term;
        string resource = operation.Resource.Value;
        TimedOperation own =
            new(new ResourceId(renamed.GetValueOrDefault(resource, resource)), operation.Name);
        UsualTime usual = context.Operations.Usual(own.Resource.Value, own.Name, term.WorstMs / term.Count);
        // Where the cause usually interrupts nothing, the whole sum is nothing.
        return term.UsualMs == 0
            ? term with { Operation = own }
            : term with
            {
                Operation = own, UsualMs = usual.Ms * term.Count, Basis = usual.Basis, Runs = usual.Runs,
            };
    }

    private static string Words(string text, Dictionary<string, string> renamed) =>
        string.Join(' ', text.Split(' ').Select(w => w.EndsWith(',')
            ? renamed.GetValueOrDefault(w[..^1], w[..^1]) + ","
            : renamed.GetValueOrDefault(w, w)));

    private (string Shape, ImmutableArray<string> Names) Describe(int part)
    {
        Dictionary<string, string> numbers = new(StringComparer.Ordinal);
        StringBuilder shape = new();
        foreach (Resource top in parts.Tops(part))
            Add(top, shape, numbers);
        foreach (Constraint constraint in parts.Constraints(part))
            Add(constraint, shape, numbers);
        AddPlaces(part, shape, numbers);
        return (shape.ToString(), [.. numbers.Keys]);
    }

    private void Add(Resource resource, StringBuilder shape, Dictionary<string, string> numbers)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"r{numbers.Count}");
        numbers[resource.Id.Value] = number;
        shape.Append(number).Append(resource.GetType().Name).Append('{');
        EquatableArray<AttributeSet> meta = resource.MetaAttributes;
        if (resource is Resource.Primitive && context.Primitive(resource.Id) is { } primitive)
        {
            meta = primitive.MetaAttributes;
            shape.Append(primitive.Agent?.Class);
            foreach (Operation o in primitive.Operations?.Operations ?? [])
                shape.Append(CultureInfo.InvariantCulture,
                    $"[{o.Name} {o.Interval.Milliseconds} {o.Timeout?.Milliseconds} {o.Role} {o.OnFail} {o.Enabled} {Sets(o.MetaAttributes)}]");
        }

        shape.Append(Sets(meta));
        foreach (Resource child in resource.Children)
            Add(child, shape, numbers);
        shape.Append('}');
    }

    private static string Sets(EquatableArray<AttributeSet> sets) => string.Join(
        ';', sets.Select(s => $"{s.Score}{s.Rule is not null}"
            + string.Join(',', s.Pairs.Select(p => $"{p.Name}={p.Value}{p.IdRef}"))));

    // A preference decides where, not how long; a ban takes a node out.
    private static void Add(Constraint constraint, StringBuilder shape, Dictionary<string, string> numbers)
    {
        string Number(ResourceId? id) => id is { } named
            ? numbers.GetValueOrDefault(named.Value, named.Value) : "";
        string sets = string.Join('/', constraint.Sets
            .Select(s =>
                $"{s.Sequential}{s.RequireAll}{s.Action}{s.Role}{s.Score}{string.Join(' ', s.Resources.Select(r => Number(r)))}"));
        shape.Append(constraint switch
        {
            Constraint.Location { Rules.IsEmpty: true,
                Score: { IsMinusInfinity: false } } when constraint.Sets.IsEmpty => "",
            Constraint.Location l =>
                $"<{Number(l.Resource)} {l.Node} {l.Score} {l.Role} {l.Rules.Count} {(l.Rules.IsEmpty ? "" : l.Id)} {l.ResourcePattern} {sets}>",
            Constraint.Colocation c =>
                $"<c {Number(c.Resource)} {Number(c.WithResource)} {c.Role} {c.WithRole} {c.Score} {c.NodeAttribute} {sets}>",
            Constraint.Ordering o =>
                $"<o {Number(o.First)} {Number(o.Then)} {o.FirstAction} {o.ThenAction} {o.Kind} {o.Score} {o.Symmetrical} {sets}>",
            Constraint.Ticket t => $"<t {Number(t.Resource)} {t.TicketId} {t.Role} {t.LossPolicy} {sets}>",
        });
    }

    // Which run together: nodes by the order in which the part names them.
    private void AddPlaces(int part, StringBuilder shape, Dictionary<string, string> numbers)
    {
        Dictionary<int, int> nodes = [];
        foreach ((int state, ResourceHistory history) in parts.Histories(part)
            .Where(h => IsActive(h.History)))
        {
            nodes.TryAdd(state, nodes.Count);
            shape.Append(CultureInfo.InvariantCulture,
                $"@{numbers.GetValueOrDefault(InstanceIds.Base(history.Id.Value), "")}:{nodes[state]}");
        }
    }

    private static bool IsActive(ResourceHistory history) =>
        history.Operations.Any(o => o is { Operation: OperationNames.Monitor, IntervalMs: > 0 })
            || history.Operations.Any(o => o.Operation is OperationNames.Start or OperationNames.Promote);
}
