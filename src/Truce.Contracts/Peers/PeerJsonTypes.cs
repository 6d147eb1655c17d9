using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Model.Replication;

namespace Truce.Contracts;

/// <summary>
/// Gives the cases of the replicated hierarchies their names on the wire. They stand here and not on the
/// types, so that renaming a type doesn't change what is sent.
/// </summary>
internal static class PeerJsonTypes
{
    private static readonly JsonSerializerOptions s_options = new(PeerJson.Default.Options)
    {
        TypeInfoResolver = PeerJson.Default.WithAddedModifier(NameCases).WithAddedModifier(Require),
    };

    private static readonly (Type Type, string Name)[] s_messages =
    [
        (typeof(PeerMessage.Hello), "hello"), (typeof(PeerMessage.Proceed), "proceed"),
        (typeof(PeerMessage.Entry), "entry"), (typeof(PeerMessage.Acknowledge), "ack"),
        (typeof(PeerMessage.Snapshot), "snapshot"), (typeof(PeerMessage.Compare), "compare"),
        (typeof(PeerMessage.Offers), "offers"),
    ];

    private static readonly (Type Type, string Name)[] s_commands =
    [
        (typeof(Command.Formed), "formed"), (typeof(Command.NodeJoined), "node-joined"),
        (typeof(Command.NodeLeft), "node-left"), (typeof(Command.GraceEnded), "grace-ended"),
        (typeof(Command.Suspected), "suspected"), (typeof(Command.Tick), "tick"),
        (typeof(Command.ChangeConfiguration), "configuration"), (typeof(Command.Ordered), "ordered"),
        (typeof(Command.Results), "results"), (typeof(Command.SetTransient), "transient"),
        (typeof(Command.Forget), "forget"), (typeof(Command.FenceAsked), "fence-asked"),
        (typeof(Command.FenceAssigned), "fence-assigned"), (typeof(Command.FenceEnded), "fence-ended"),
        (typeof(Command.FenceConfirmed), "fence-confirmed"), (typeof(Command.FencesRemembered), "fences"),
        (typeof(Command.SetTicket), "ticket"), (typeof(Command.RestartAsked), "restart"),
        (typeof(Command.FenceReleased), "fence-released"), (typeof(Command.Withdrawn), "withdrawn"),
        (typeof(Command.StateGivenUp), "state-given-up"),
            (typeof(Command.FencePathsTried), "fence-paths-tried"),
        (typeof(Command.PlanningEnded), "planning-ended"), (typeof(Command.PlanBlocked), "plan-blocked"),
        (typeof(Command.StoreTold), "store-told"), (typeof(Command.StoreLeave), "store-leave"),
    ];

    /// <summary>How <typeparamref name="T"/> is written and read.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T));

    private static void NameCases(JsonTypeInfo info)
    {
        if (info.Type == typeof(PeerMessage))
            info.PolymorphismOptions = Cases(s_messages);
        else if (info.Type == typeof(Command))
            info.PolymorphismOptions = Cases(s_commands);
    }

    // A text or a part that must be there and isn't would be read as null, and met far from here. Numbers and
    // lists have values that say nothing: what an earlier version didn't write yet is read so.
    private static void Require(JsonTypeInfo info)
    {
        foreach (JsonPropertyInfo property in info.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false }
                && !property.PropertyType.IsValueType)
                property.IsRequired = true;
        }
    }

    private static JsonPolymorphismOptions Cases((Type Type, string Name)[] cases)
    {
        JsonPolymorphismOptions options = new() { TypeDiscriminatorPropertyName = "type" };
        foreach ((Type type, string name) in cases)
            options.DerivedTypes.Add(new JsonDerivedType(type, name));
        return options;
    }
}
