using System.Globalization;

using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>A configured resource as the checker sees it.</summary>
internal sealed class CheckedResource(CheckedCluster cluster, Resource resource, CheckedResource? parent)
{
    public string Id => resource.Id.Value;

    public Resource Configured => resource;

    public CheckedResource? Parent => parent;

    public List<CheckedResource> Members { get; } = [];

    /// <summary>The clone or bundle around it, or itself if it is one; null if it runs once.</summary>
    public CheckedResource? Multiple
    {
        get
        {
            for (CheckedResource? r = this; r is not null; r = r.Parent)
            {
                if (r.Configured is Resource.Cloned or Resource.Bundle)
                    return r;
            }

            return null;
        }
    }

    /// <summary>The primitives in it, itself included if it is one.</summary>
    public IEnumerable<CheckedResource> Primitives => resource is Resource.Primitive
        ? [this]
        : Members.SelectMany(m => m.Primitives);

    /// <summary>
    /// A meta attribute as configured on it, around it, in its template or by default; unknown
    /// where a rule or reference could decide.
    /// </summary>
    public (bool Known, string? Value) Meta(string name)
    {
        for (CheckedResource? r = this; r is not null; r = r.Parent)
        {
            (bool known, string? value) = CheckedCluster.Plain(r.Configured.MetaAttributes, name);
            if (!known || value is not null)
                return (known, value);
        }

        return Inherited(name);
    }

    /// <summary>
    /// What a start has to wait for. Fence devices wait for nothing, connections to remote nodes for quorum
    /// alone: fencing itself may need them. Unknown counts as nothing.
    /// </summary>
    public Prerequisite Requires
    {
        get
        {
            (bool known, string? value) = Meta("requires");
            return value switch
            {
                "nothing" => Prerequisite.Nothing,
                "quorum" => Prerequisite.Quorum,
                not null => Prerequisite.Fencing,
                null when !known || HasOwnStartRequirement => Prerequisite.Nothing,
                null => Agent switch
                {
                    { Class: AgentName.Stonith } or null => Prerequisite.Nothing,
                    { Class: AgentName.Ocf, Provider: "pacemaker", Type: "remote" } => Prerequisite.Quorum,
                    _ => Prerequisite.Fencing,
                },
            };
        }
    }

    /// <summary>A meta attribute as a number; null if it isn't known or isn't one.</summary>
    public int? MetaNumber(string name) =>
        int.TryParse(Meta(name).Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : null;

    private ResourceTemplate? Template => resource is Resource.Primitive { Template: { } template }
        ? cluster.Cib.Configuration.Templates.FirstOrDefault(t => t.Id == template)
        : null;

    private AgentName? Agent => (resource as Resource.Primitive)?.Agent ?? Template?.Agent;

    // Older clusters wrote the requirement at the operation.
    private bool HasOwnStartRequirement => resource is Resource.Primitive { Operations: { } operations }
        && (operations.IdRef is not null || operations.Operations.Any(
            o => o.Name == OperationNames.Start
                && CheckedCluster.Plain(o.MetaAttributes, "requires") is not (true, null)));

    private (bool Known, string? Value) Inherited(string name)
    {
        if (Template is { } template)
        {
            (bool known, string? value) = CheckedCluster.Plain(template.MetaAttributes, name);
            if (!known || value is not null)
                return (known, value);
        }

        return CheckedCluster.Plain(cluster.Cib.Configuration.ResourceDefaults, name);
    }
}

/// <summary>What a start has to wait for.</summary>
internal enum Prerequisite
{
    /// <summary>It may always be done.</summary>
    Nothing,

    /// <summary>The partition has quorum.</summary>
    Quorum,

    /// <summary>And what needs fencing is fenced.</summary>
    Fencing,
}
