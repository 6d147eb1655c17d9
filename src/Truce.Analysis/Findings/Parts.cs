using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>A primitive where it stands.</summary>
/// <param name="Written">As the file has it.</param>
/// <param name="Effective">With what its template adds.</param>
/// <param name="Parents">What it is in, innermost first.</param>
public sealed record PlacedPrimitive(Resource.Primitive Written, Resource.Primitive Effective, EquatableArray<Resource> Parents)
{
    /// <summary>Its place in the file.</summary>
    public Spot Spot => Spot.Of(Written);

    /// <summary>Whether it is a fence device.</summary>
    public bool IsFenceDevice => Effective.Agent?.Class == AgentName.Stonith;

    /// <summary>The clone that it is in; null: none.</summary>
    public Resource.Cloned? In => Parents.OfType<Resource.Cloned>().FirstOrDefault();

    /// <summary>Its agent's type; empty if it has none.</summary>
    public string Type => Effective.Agent?.Type ?? "";

    /// <summary>Its monitors that recur and are switched on.</summary>
    public IEnumerable<Operation> Monitors => Operations.Where(
        o => o is { Name: OperationNames.Monitor, Interval.Milliseconds: > 0, Enabled: not false });

    /// <summary>Its operations, those of its template too.</summary>
    public IEnumerable<Operation> Operations => Effective.Operations?.Operations ?? [];

    /// <summary>A parameter's value, as the first set without a rule has it.</summary>
    public NameValue? Parameter(string name) => Pairs(Effective.InstanceAttributes).FirstOrDefault(p => p.Name == name);

    /// <summary>A meta attribute's value, as the first set without a rule has it.</summary>
    public NameValue? Meta(string name) => Pairs(Effective.MetaAttributes).FirstOrDefault(p => p.Name == name);

    /// <summary>The pairs of sets that hold always.</summary>
    public static IEnumerable<NameValue> Pairs(EquatableArray<AttributeSet> sets) =>
        sets.Where(s => s.Rule is null).SelectMany(s => s.Pairs).Where(p => p.Value is not null);
}
