using Truce.Cli.Changing;
using Truce.Model;

namespace Truce.Cli.Editing;

/// <summary>How many instances a new resource has.</summary>
internal enum ResourceForm
{
    /// <summary>One.</summary>
    Single,

    /// <summary>One on each node.</summary>
    Cloned,

    /// <summary>One on each node, of which some are promoted.</summary>
    Promotable,
}

/// <summary>An operation of a new resource.</summary>
/// <param name="Action">The agent's action.</param>
/// <param name="Values">Interval, timeout and the like.</param>
internal sealed record NewOperation(string Action, IReadOnlyList<NamedValue> Values)
{
    /// <summary>A property; null: not given.</summary>
    public string? Value(string name) => Values.FirstOrDefault(v => v.Name == name)?.Value;
}

/// <summary>A resource that is to be made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Agent">Its agent.</param>
/// <param name="Parameters">What its agent gets.</param>
/// <param name="Meta">How the cluster treats it.</param>
/// <param name="Operations">How often and how long its agent is asked.</param>
internal sealed record NewResource(
    string Id,
    AgentName Agent,
    IReadOnlyList<NamedValue> Parameters,
    IReadOnlyList<NamedValue> Meta,
    IReadOnlyList<NewOperation> Operations)
{
    private static readonly HashSet<string> s_ofClones =
    [
        "clone-max", "clone-node-max", "clone-min", "notify", "ordered", "interleave", "globally-unique",
        "promotable", "promoted-max", "promoted-node-max", "master-max", "master-node-max",
    ];

    /// <summary>Its instances.</summary>
    public ResourceForm Form { get; init; }

    /// <summary>The group that it becomes the last member of; null: none.</summary>
    public string? Group { get; init; }

    /// <summary>What it starts after; null: nothing.</summary>
    public string? After { get; init; }

    /// <summary>What it runs with; null: nothing.</summary>
    public string? With { get; init; }

    /// <summary>The id of what constraints are about.</summary>
    public string Outer => Form == ResourceForm.Single ? Id : $"{Id}-clone";

    /// <summary>The meta attributes of the clone.</summary>
    public IEnumerable<NamedValue> CloneMeta => Form switch
    {
        ResourceForm.Single => [],
        ResourceForm.Cloned => Meta.Where(m => s_ofClones.Contains(m.Name)),
        ResourceForm.Promotable => Meta.Where(m => s_ofClones.Contains(m.Name) && m.Name != "promotable")
            .Prepend(new NamedValue("promotable", "true")),
    };

    /// <summary>The meta attributes of the resource itself.</summary>
    public IEnumerable<NamedValue> OwnMeta =>
        Form == ResourceForm.Single ? Meta : Meta.Where(m => !s_ofClones.Contains(m.Name));
}
