using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>What a rule found, before its position in the text is known.</summary>
/// <param name="Where">The element that it refers to.</param>
/// <param name="Message">What is wrong, naming what is involved.</param>
/// <param name="Remedy">What to do: an order, <c>add a fence device</c>.</param>
public sealed record Sighting(Spot Where, string Message, string Remedy)
{
    /// <summary>The rule's own severity applies where this is null.</summary>
    public Severity? Severity { get; init; }

    /// <summary>The kind's consequence applies where this is null.</summary>
    public string? Consequence { get; init; }

    /// <summary>Where it stands if it isn't in the configuration; null: it is.</summary>
    public FileLine? At { get; init; }
}

/// <summary>A line of a file beside the configuration: corosync.conf, or sbd's.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">From 1.</param>
public readonly record struct FileLine(string File, int Line);

/// <summary>
/// An element of a configuration, by its name and id: ids are unique among elements of one name.
/// </summary>
/// <param name="Element">The XML element's name.</param>
/// <param name="Id">Its id; null for one of which there is only one.</param>
public readonly record struct Spot(string Element, string? Id)
{
    /// <summary>The document as a whole: for what is missing.</summary>
    public static Spot Document { get; } = new("cib", null);

    /// <summary>The cluster's options.</summary>
    public static Spot ClusterProperties { get; } = new("crm_config", null);

    /// <summary>As findings name it: <c>primitive[@id='web']</c>.</summary>
    public override string ToString() => Id is null ? Element : $"{Element}[@id='{Id}']";

    /// <summary>A resource.</summary>
    public static Spot Of(Resource resource) => new(
        resource switch
        {
            Resource.Primitive => "primitive",
            Resource.Group => "group",
            Resource.Cloned { Form: CloneForm.Clone } => "clone",
            Resource.Cloned => "master",
            Resource.Bundle => "bundle",
        },
        resource.Id.Value);

    /// <summary>A constraint.</summary>
    public static Spot Of(Constraint constraint) => new(
        constraint switch
        {
            Constraint.Location => "rsc_location",
            Constraint.Colocation => "rsc_colocation",
            Constraint.Ordering => "rsc_order",
            Constraint.Ticket => "rsc_ticket",
        },
        constraint.Id);

    /// <summary>An operation of a resource.</summary>
    public static Spot Of(Operation operation) => new("op", operation.Id);

    /// <summary>A node.</summary>
    public static Spot Of(Node node) => new("node", node.Id.Value);

    /// <summary>A fencing level.</summary>
    public static Spot Of(FencingLevel level) => new("fencing-level", level.Id);

    /// <summary>One pair of a set; the element that holds the set where the
    /// pair has no id of its own.</summary>
    public static Spot Of(NameValue pair, Spot holder) => pair.Id is { } id ? new("nvpair", id) : holder;
}
