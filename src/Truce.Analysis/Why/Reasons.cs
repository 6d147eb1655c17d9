using System.Collections.Immutable;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>The reasons for what a plan does, in sentences.</summary>
public sealed class Reasons
{
    private readonly Picture _picture;
    private readonly ResourceAnswer _resources;
    private readonly NodeAnswer _nodes;

    /// <summary>Reads a plan that kept its placements.</summary>
    public Reasons(Cib cib, Plan plan, PlanOptions options, ImmutableArray<Departure> departures)
    {
        ArgumentNullException.ThrowIfNull(cib);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        _picture = new Picture(cib, plan, options, departures);
        var failures = new FailureWords(_picture);
        var words = new NodeWords(_picture);
        var obstacles = new Obstacles(_picture, words, new PartWords(_picture, failures));
        _resources =
            new ResourceAnswer(_picture, failures, obstacles,
                new Troubles(_picture, failures, obstacles, words));
        _nodes = new NodeAnswer(_picture, words, obstacles, _resources);
    }

    /// <summary>The answer about a resource or a node; null where neither has that name.</summary>
    public Answer? About(string name)
    {
        if (_picture.Named(name).ToList() is { Count: > 0 } named)
            return _resources.Of(named);
        return _picture.Node(new NodeId(name)) is { } node ? _nodes.Of(node) : null;
    }
}
