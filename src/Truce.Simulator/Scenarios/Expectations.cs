using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Simulator.Checks;

namespace Truce.Simulator.Scenarios;

/// <summary>One service that has to run: on how many nodes, and whether it is monitored.</summary>
internal sealed record ExpectedService(string Name, int Count, long? MonitorMs);

/// <summary>What a configuration asks for, read from it without the scheduler's help.</summary>
internal sealed class Expectations
{
    private Expectations(ImmutableArray<ExpectedService> services, bool ignoresQuorum) =>
        (Services, IgnoresQuorum) = (services, ignoresQuorum);

    public ImmutableArray<ExpectedService> Services { get; }

    public bool IgnoresQuorum { get; }

    /// <summary>Reads it; resources that are to be stopped aren't expected.</summary>
    public static Expectations Of(string xml, int nodes, ServiceLimits limits)
    {
        Cib cib = CibReader.Parse(xml, "configuration") switch
        {
            CibReadResult.Accepted accepted => accepted.Cib,
            CibReadResult.Refused refused => throw new InvariantException($"the configuration is refused: {refused.Findings[0]}"),
        };
        List<ExpectedService> services = [];
        foreach (Resource resource in cib.Configuration.Resources)
            Read(resource, 1, 1, services, nodes, limits);
        bool ignores = cib.Configuration.ClusterProperties.SelectMany(s => s.Pairs)
            .Any(p => p is { Name: "no-quorum-policy", Value: "ignore" });
        return new Expectations([.. services], ignores);
    }

    private static void Read(
        Resource resource, int count, int promoted, List<ExpectedService> services, int nodes, ServiceLimits limits)
    {
        switch (resource)
        {
            case Resource.Primitive primitive when primitive.Agent?.Class != AgentName.Stonith
                && !IsStopped(primitive.MetaAttributes):
                limits.Set(primitive.Id.Value, count, promoted);
                services.Add(new ExpectedService(primitive.Id.Value, count, MonitorOf(primitive)));
                break;
            case Resource.Group group when !IsStopped(group.MetaAttributes):
                foreach (Resource.Primitive member in group.Members)
                    Read(member, count, promoted, services, nodes, limits);
                break;
            case Resource.Cloned cloned when !IsStopped(cloned.MetaAttributes):
                int instances = Math.Min(nodes, Number(cloned.MetaAttributes, "clone-max") ?? nodes);
                Read(cloned.Child, instances, Number(cloned.MetaAttributes, "promoted-max") ?? 1, services, nodes, limits);
                break;
            case Resource.Primitive or Resource.Group or Resource.Cloned:
                // Stopped, or a fence device.
                break;
            case Resource.Bundle:
                break;
        }
    }

    private static long? MonitorOf(Resource.Primitive primitive)
    {
        IEnumerable<Operation> all = primitive.Operations is { } list ? list.Operations : [];
        return all.Where(o => o.Name == OperationNames.Monitor && o.Interval.Milliseconds > 0)
            .Select(o => (long?)o.Interval.Milliseconds).Min();
    }

    private static bool IsStopped(EquatableArray<AttributeSet> sets) => Value(sets, "target-role") == "Stopped";

    private static int? Number(EquatableArray<AttributeSet> sets, string name) => Numbers.ParseInt(Value(sets, name));

    private static string? Value(EquatableArray<AttributeSet> sets, string name) =>
        sets.SelectMany(s => s.Pairs).FirstOrDefault(p => p.Name == name)?.Value;
}
