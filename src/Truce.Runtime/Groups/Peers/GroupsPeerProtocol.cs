using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Contracts;
using Truce.Groups;

namespace Truce.Runtime.Groups.Peers;

/// <summary>Between the servers of Group Services, over the engine: JSON, version 1.</summary>
public static class GroupsPeerProtocol
{
    private static readonly JsonTypeInfo<GroupsMessage> s_message = GroupsPeerTypes.Of<GroupsMessage>();

    /// <summary>A message as sent.</summary>
    public static byte[] Encode(GroupsMessage message) => JsonSerializer.SerializeToUtf8Bytes(
        message, s_message);

    /// <summary>Reads a message; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static GroupsMessage? Decode(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, s_message, SizeBudget.EngineMessageBytesMax, out error);
}
