using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>
/// How long it takes until a device confirms that a node is off: level after level, device after device, as
/// the shooter does it. At worst every level but the last fails, each at its last step's timeout; usually
/// the first one succeeds.
/// </summary>
internal sealed class FenceTimes
{
    private readonly Dictionary<(NodeId, string), ImmutableArray<FailoverTerm>> _known = [];
    private readonly Cib _cib;
    private readonly ImmutableArray<NodeId> _nodes;
    private readonly long _timeoutMs;
    private readonly long _usualMs;
    private readonly bool _shooterMatters;

    /// <param name="cib">The configuration.</param>
    /// <param name="options">Its cluster options.</param>
    /// <param name="usualMs">What a device usually takes.</param>
    public FenceTimes(Cib cib, ClusterOptions options, long usualMs)
    {
        _cib = cib;
        _usualMs = usualMs;
        _timeoutMs = options.FencingTimeoutMs;
        _nodes = [.. cib.Configuration.Nodes.Where(n => n.Type == NodeType.Member).Select(n => n.Name)];
        HashSet<ResourceId> devices = [.. DeviceChoice.Devices(cib).Select(d => d.Id)];
        _shooterMatters = cib.Configuration.Constraints.OfType<Constraint.Location>()
            .Any(l => l.Resource is { } resource && devices.Contains(resource));
    }

    /// <summary>What passes until the node is off; empty: no device of the
    /// configuration can fence it.</summary>
    public ImmutableArray<FailoverTerm> For(NodeId target, string action)
    {
        if (!_known.TryGetValue((target, action), out ImmutableArray<FailoverTerm> terms))
            _known[(target, action)] = terms = Compute(target, action);
        return terms;
    }

    // Any of them may be chosen to shoot: the slowest counts.
    private ImmutableArray<FailoverTerm> Compute(NodeId target, string action)
    {
        IEnumerable<NodeId> shooters = _nodes.Where(n => n != target);
        return (_shooterMatters ? shooters : shooters.Take(1))
            .Select(s => Terms(DeviceChoice.Levels(_cib, target, s), target, action))
            .MaxBy(t => t.Sum(x => x.WorstMs)) is { IsDefault: false } terms ? terms : [];
    }

    private ImmutableArray<FailoverTerm> Terms(
        ImmutableArray<ImmutableArray<ConfiguredDevice>> levels, NodeId target, string action)
    {
        ImmutableArray<FailoverTerm>.Builder terms = ImmutableArray.CreateBuilder<FailoverTerm>();
        for (int level = 0; level < levels.Length; level++)
        {
            if (level == 0)
                AddDelay(levels[0], target, terms);
            AddLevel(levels, level, action, terms);
        }

        return terms.ToImmutable();
    }

    private void AddLevel(
        ImmutableArray<ImmutableArray<ConfiguredDevice>> levels, int level, string action,
        ImmutableArray<FailoverTerm>.Builder terms)
    {
        foreach (FenceStep step in FenceSteps.For([.. levels[level].Select(d => d.Device)], action))
        {
            long worst = (long?)step.Device.Options.For(step.Action).Timeout?.TotalMilliseconds ?? _timeoutMs;
            bool own = step.Device.Options.For(step.Action).Timeout is not null;
            terms.Add(new FailoverTerm(
                levels.Length == 1 ? $"fencing: {step.Action} by {step.Device.Id}"
                    : $"fencing level {level + 1}: {step.Action} by {step.Device.Id}",
                FailoverTermKind.Fence, worst, level == 0 ? Math.Min(worst, _usualMs) : 0,
                own ? $"pcmk_{step.Action}_timeout of {step.Device.Id}" : "fencing-timeout")
            {
                Basis = UsualBasis.Assumed,
            });
        }
    }

    private static void AddDelay(
        ImmutableArray<ConfiguredDevice> devices, NodeId target, ImmutableArray<FailoverTerm>.Builder terms)
    {
        long worst = (long)devices.Max(d => d.Device.Options.Delay(target.Value, 1)).TotalMilliseconds;
        long usual = (long)devices.Max(d => d.Device.Options.Delay(target.Value, 0.5)).TotalMilliseconds;
        if (worst > 0)
            terms.Add(new FailoverTerm("fencing delay", FailoverTermKind.FenceDelay, worst, usual,
                "pcmk_delay_base and pcmk_delay_max"));
    }
}
