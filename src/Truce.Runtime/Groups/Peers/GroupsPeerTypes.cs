using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Groups;

namespace Truce.Runtime.Groups.Peers;

/// <summary>
/// Gives the cases of the hierarchies their names on the wire. They stand here and not on the types, so that
/// renaming a type doesn't change what is sent.
/// </summary>
internal static class GroupsPeerTypes
{
    private static readonly Dictionary<Type, (Type Type, string Name)[]> s_cases = new()
    {
        [typeof(GroupsMessage)] =
        [
            (typeof(GroupsMessage.Hello), "hello"), (typeof(GroupsMessage.Regather), "regather"),
            (typeof(GroupsMessage.Proceed), "proceed"), (typeof(GroupsMessage.Snapshot), "snapshot"),
            (typeof(GroupsMessage.Submit), "submit"), (typeof(GroupsMessage.Acknowledge), "ack"),
        ],
        [typeof(GroupsCommand)] =
        [
            (typeof(GroupsCommand.Formed), "formed"), (typeof(GroupsCommand.Beat), "beat"),
            (typeof(GroupsCommand.Open), "open"), (typeof(GroupsCommand.ServerGone), "server-gone"),
            (typeof(GroupsCommand.ClientGone), "client-gone"), (typeof(GroupsCommand.Asked), "asked"),
            (typeof(GroupsCommand.PhaseOver), "phase-over"),
            (typeof(GroupsCommand.Proven), "proven"), (typeof(GroupsCommand.Responsive), "responsive"),
            (typeof(GroupsCommand.LinksTold), "links"),
        ],
        [typeof(GroupRequest)] =
        [
            (typeof(GroupRequest.Join), "join"), (typeof(GroupRequest.Leave), "leave"),
            (typeof(GroupRequest.Goodbye), "goodbye"), (typeof(GroupRequest.Expel), "expel"),
            (typeof(GroupRequest.ChangeValue), "value"),
            (typeof(GroupRequest.ChangeAttributes), "attributes"),
            (typeof(GroupRequest.Broadcast), "broadcast"), (typeof(GroupRequest.CastVote), "vote"),
            (typeof(GroupRequest.Subscribe), "subscribe"), (typeof(GroupRequest.Unsubscribe), "unsubscribe"),
            (typeof(GroupRequest.TakeClaim), "take"), (typeof(GroupRequest.ReleaseClaim), "release"),
        ],
        [typeof(RequestOutcome)] =
        [
            (typeof(RequestOutcome.Done), "done"), (typeof(RequestOutcome.Rejected), "rejected"),
            (typeof(RequestOutcome.Refused), "refused"),
        ],
        [typeof(Change)] =
        [
            (typeof(Change.Join), "join"), (typeof(Change.Leave), "leave"),
            (typeof(Change.Removal), "removal"),
            (typeof(Change.Expel), "expel"), (typeof(Change.State), "state"),
            (typeof(Change.Attributes), "attributes"), (typeof(Change.Message), "message"),
        ],
    };

    private static readonly JsonSerializerOptions s_options = new(GroupsPeerJson.Default.Options)
    {
        TypeInfoResolver = GroupsPeerJson.Default.WithAddedModifier(NameCases).WithAddedModifier(Require),
        // Not escaped: a client's text is counted in bytes, and some of it would be six times as long.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How <typeparamref name="T"/> is written and read.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T));

    private static void NameCases(JsonTypeInfo info)
    {
        if (!s_cases.TryGetValue(info.Type, out (Type Type, string Name)[]? cases))
            return;
        JsonPolymorphismOptions options = new() { TypeDiscriminatorPropertyName = "type" };
        foreach ((Type type, string name) in cases)
            options.DerivedTypes.Add(new JsonDerivedType(type, name));
        info.PolymorphismOptions = options;
    }

    // A part that must be there and isn't would be read as null, and met far from here.
    private static void Require(JsonTypeInfo info)
    {
        foreach (JsonPropertyInfo property in info.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false }
                && !property.PropertyType.IsValueType)
                property.IsRequired = true;
        }
    }
}
