using Truce.Analysis.Execution;
using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>
/// How long agents' operations take: their timeouts at worst; usually what the cluster measured of them, or
/// what their nodes remember of the last run, or what a test of the agent found, or a guess: the first of
/// these that is known.
/// </summary>
internal sealed class OperationTimes
{
    /// <summary>Pacemaker's, where none is configured.</summary>
    public const long TimeoutDefaultMs = 20_000;

    // A timeout of a month is meant as no timeout.
    private const long TimeoutMaxMs = 31L * 24 * 3600 * 1000;

    private readonly Dictionary<(string Resource, string Operation), UsualTime> _known = [];
    private readonly Dictionary<string, TestedAgent> _tested = [];
    private readonly long _usualMs;

    /// <param name="cib">The configuration, and what the nodes remember of their operations.</param>
    /// <param name="tested">What tests of agents found.</param>
    /// <param name="usualMs">The usual duration of an operation of which nothing is known.</param>
    public OperationTimes(Cib cib, IReadOnlyDictionary<AgentName, TestedAgent> tested, long usualMs)
    {
        _usualMs = usualMs;
        foreach (ResourceHistory history in cib.Status.NodeStates.SelectMany(s => s.History?.Resources ?? []))
        {
            foreach (OperationRecord record in history.Operations.Where(IsMeasured))
                Keep((InstanceIds.Base(history.Id.Value), record.Operation), record.ExecTimeMs!.Value);
        }

        foreach (MeasuredTimes measured in cib.Status.Measured.Where(m =>
            m.Kind == MeasuredKind.Operation && !m.Runs.IsEmpty))
        {
            _known[(measured.Resource.Value, measured.Name)] = new UsualTime(
                MeasuredSpread.Of(measured).MedianMs, UsualBasis.Measured, measured.Runs.Count);
        }

        if (tested.Count > 0)
            Tested(cib.Configuration, tested);
    }

    /// <summary>An operation's timeout; <see cref="long.MaxValue"/>: it has none.</summary>
    public static long WorstMs(GraphAction.ResourceOperation action)
    {
        long timeout = OperationRecords.Number(action, "CRM_meta_timeout");
        return timeout <= 0 ? TimeoutDefaultMs : timeout > TimeoutMaxMs ? long.MaxValue : timeout;
    }

    /// <summary>What it usually takes; never more than its timeout.</summary>
    public UsualTime Usual(string resource, string operation, long worstMs)
    {
        string configured = InstanceIds.Base(resource);
        if (!_known.TryGetValue((configured, operation), out UsualTime usual))
        {
            usual = _tested.TryGetValue(configured, out TestedAgent? test)
                && test.UsualMs.TryGetValue(operation, out long tested)
                ? new UsualTime(tested, UsualBasis.Tested, 0)
                : new UsualTime(_usualMs, UsualBasis.Assumed, 0);
        }

        return usual with { Ms = Math.Min(worstMs, usual.Ms) };
    }

    /// <summary>An addend that is an operation of an agent.</summary>
    public FailoverTerm Term(
        TimedOperation operation, string name, FailoverTermKind kind, long worstMs, string setting)
    {
        UsualTime usual = Usual(operation.Resource.Value, operation.Name, worstMs);
        return new FailoverTerm(name, kind, worstMs, usual.Ms, setting)
        {
            Operation = operation,
            Basis = usual.Basis,
            Runs = usual.Runs,
        };
    }

    private static bool IsMeasured(OperationRecord record) =>
        record is { ExecTimeMs: > 0, OpStatus: (int)ExecutionStatus.Done };

    private void Keep((string, string) key, long tookMs)
    {
        if (!_known.TryGetValue(key, out UsualTime known) || known.Ms < tookMs)
            _known[key] = new UsualTime(tookMs, UsualBasis.Recorded, 0);
    }

    private void Tested(Configuration configuration, IReadOnlyDictionary<AgentName, TestedAgent> tested)
    {
        ConfigurationIndex index = new(configuration);
        foreach (Resource.Primitive primitive in configuration.Resources.SelectMany(r => r.Primitives))
        {
            if (index.Effective(primitive).Agent is { } agent
                && tested.TryGetValue(agent, out TestedAgent? test))
                _tested[primitive.Id.Value] = test;
        }
    }
}

/// <summary>What an operation usually takes.</summary>
/// <param name="Ms">The time.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Runs">How many runs were measured; 0 unless <see cref="UsualBasis.Measured"/>.</param>
internal readonly record struct UsualTime(long Ms, UsualBasis Basis, int Runs);

/// <summary>Instances are named after what they are instances of: <c>ip:0</c>.</summary>
internal static class InstanceIds
{
    /// <summary>The configured id.</summary>
    public static string Base(string instance)
    {
        int colon = instance.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? instance : instance[..colon];
    }
}
