using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>
/// Resources that orders, colocations or a common parent bind to each other: what fails in one
/// part holds up nothing in another, so each is planned for alone. That makes thousands of
/// resources no dearer than the few of a part.
/// </summary>
internal sealed class ClusterParts
{
    private readonly Cib _cib;
    private readonly ImmutableArray<Resource> _devices;
    private readonly Dictionary<string, int> _partOf = new(StringComparer.Ordinal);
    private readonly List<List<Resource>> _tops = [];
    private readonly List<List<Constraint>> _constraints = [];
    private readonly Dictionary<int, List<(int State, ResourceHistory History)>> _histories = [];

    /// <param name="cib">The settled cluster.</param>
    public ClusterParts(Cib cib)
    {
        _cib = cib;
        ConfigurationIndex index = new(cib.Configuration);
        _devices = [.. cib.Configuration.Resources
            .Where(r => r is Resource.Primitive p && index.Effective(p).Agent?.Class == AgentName.Stonith)];
        Divide(index);
        AssignConstraints(index);
        AssignHistories();
    }

    /// <summary>How many there are.</summary>
    public int Count => _tops.Count;

    /// <summary>The top-level resources of a part, in the configuration's order.</summary>
    public IReadOnlyList<Resource> Tops(int part) => _tops[part];

    /// <summary>The constraints about a part, in the configuration's order.</summary>
    public IReadOnlyList<Constraint> Constraints(int part) => _constraints[part];

    /// <summary>Histories of a part's resources, each with the place of its node's state.</summary>
    public IReadOnlyList<(int State, ResourceHistory History)> Histories(int part) =>
        _histories.GetValueOrDefault(part) ?? [];

    /// <summary>The cluster as if it had that part only, and the fence devices.</summary>
    public Cib Reduced(int part)
    {
        ILookup<int, ResourceHistory> histories = Histories(part).ToLookup(h => h.State, h => h.History);
        return _cib with
        {
            Configuration = _cib.Configuration with
            {
                Resources = [.. _tops[part], .. _devices],
                Constraints = [.. _constraints[part]],
            },
            Status = _cib.Status with
            {
                NodeStates = [.. _cib.Status.NodeStates.Select((s, i) => s.History is null
                    ? s
                    : s with { History = s.History with { Resources = [.. histories[i]] } })],
            },
        };
    }

    private void Divide(ConfigurationIndex index)
    {
        Dictionary<ResourceId, int> place = [];
        Resource[] tops = [.. _cib.Configuration.Resources.Except(_devices)];
        int[] root = [.. Enumerable.Range(0, tops.Length)];
        for (int i = 0; i < tops.Length; i++)
            place[tops[i].Id] = i;
        foreach (Constraint constraint in _cib.Configuration.Constraints
            .Where(c => c is Constraint.Ordering or Constraint.Colocation))
        {
            int[] bound = [.. TopsOf(constraint, index).Where(place.ContainsKey).Select(t => Root(place[t]))];
            foreach (int other in bound.Skip(1))
                root[Root(other)] = Root(bound[0]);
        }

        Dictionary<int, int> parts = [];
        for (int i = 0; i < tops.Length; i++)
        {
            if (parts.TryAdd(Root(i), _tops.Count))
            {
                _tops.Add([]);
                _constraints.Add([]);
            }

            _tops[parts[Root(i)]].Add(tops[i]);
            foreach (Resource inside in Inside(tops[i]))
                _partOf[inside.Id.Value] = parts[Root(i)];
        }

        int Root(int i)
        {
            while (root[i] != i)
                i = root[i] = root[root[i]];
            return i;
        }
    }

    // A constraint that names none of them, as by a pattern, may be about any of them.
    private void AssignConstraints(ConfigurationIndex index)
    {
        foreach (Constraint constraint in _cib.Configuration.Constraints)
        {
            int[] parts = [.. TopsOf(constraint, index).Where(t => _partOf.ContainsKey(t.Value))
                .Select(t => _partOf[t.Value]).Distinct()];
            bool names = Named(constraint, index).Any();
            foreach (int part in names ? parts : Enumerable.Range(0, names ? 0 : Count))
                _constraints[part].Add(constraint);
        }
    }

    private void AssignHistories()
    {
        for (int i = 0; i < _cib.Status.NodeStates.Count; i++)
        {
            foreach (ResourceHistory history in _cib.Status.NodeStates[i].History?.Resources ?? [])
            {
                if (!_partOf.TryGetValue(InstanceIds.Base(history.Id.Value), out int part))
                    continue;
                if (!_histories.TryGetValue(part, out List<(int, ResourceHistory)>? list))
                    _histories[part] = list = [];
                list.Add((i, history));
            }
        }
    }

    private static IEnumerable<Resource> Inside(Resource resource) =>
        resource.Children.SelectMany(Inside).Prepend(resource);

    private static IEnumerable<ResourceId> TopsOf(Constraint constraint, ConfigurationIndex index) =>
        Named(constraint, index).SelectMany(id => index.Placeable(id))
            .Select(id => Top(id, index)).Distinct();

    private static ResourceId Top(ResourceId id, ConfigurationIndex index)
    {
        while (index.Parent(id) is { } parent)
            id = parent.Id;
        return id;
    }

    private static IEnumerable<ResourceId> Named(Constraint constraint, ConfigurationIndex index)
    {
        IEnumerable<ResourceId?> own = constraint switch
        {
            Constraint.Location l => [l.Resource],
            Constraint.Colocation c => [c.Resource, c.WithResource],
            Constraint.Ordering o => [o.First, o.Then],
            Constraint.Ticket t => [t.Resource],
        };
        return own.OfType<ResourceId>().Concat(constraint.Sets.SelectMany(s => index.Resolve(s).Resources));
    }
}
