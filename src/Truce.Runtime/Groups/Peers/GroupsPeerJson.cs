using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Truce.Contracts;
using Truce.Groups;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Groups.Peers;

/// <summary>What the wire knows of the types that servers exchange; see
/// <see cref="GroupsPeerTypes"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(NodeIdConverter),
        typeof(EquatableArrayConverter<ServerId>), typeof(EquatableArrayConverter<EngineMember>),
        typeof(EquatableArrayConverter<GroupsEntry>), typeof(EquatableArrayConverter<NodeVotes>),
        typeof(EquatableArrayConverter<Proposal>), typeof(EquatableArrayConverter<KeyedOutcome>),
        typeof(EquatableArrayConverter<ClientId>), typeof(EquatableArrayConverter<VoteMessage>),
        typeof(EquatableArrayConverter<Waiter>), typeof(EquatableArrayConverter<Provider>),
        typeof(EquatableArrayConverter<MapEntry<ServerId, ServerStanding>>),
        typeof(EquatableArrayConverter<MapEntry<GroupName, Group>>),
        typeof(EquatableArrayConverter<MapEntry<ClaimName, Claim>>),
        typeof(EquatableArrayConverter<MapEntry<ClientId, Vote>>),
        typeof(EquatableArrayConverter<ServerBoot>), typeof(EquatableArrayConverter<NodeId>),
        typeof(EquatableArrayConverter<string>), typeof(EquatableArrayConverter<HeldRemoval>),
        typeof(EquatableArrayConverter<Debt>), typeof(EquatableArrayConverter<Host>),
        typeof(EquatableArrayConverter<HostLink>),
    ])]
[JsonSerializable(typeof(GroupsMessage))]
[JsonSerializable(typeof(GroupsMessage.Hello))]
[JsonSerializable(typeof(GroupsMessage.Regather))]
[JsonSerializable(typeof(GroupsMessage.Proceed))]
[JsonSerializable(typeof(GroupsMessage.Snapshot))]
[JsonSerializable(typeof(GroupsMessage.Submit))]
[JsonSerializable(typeof(GroupsMessage.Acknowledge))]
[JsonSerializable(typeof(GroupsCommand))]
[JsonSerializable(typeof(GroupsCommand.Formed))]
[JsonSerializable(typeof(GroupsCommand.Beat))]
[JsonSerializable(typeof(GroupsCommand.Open))]
[JsonSerializable(typeof(GroupsCommand.ServerGone))]
[JsonSerializable(typeof(GroupsCommand.ClientGone))]
[JsonSerializable(typeof(GroupsCommand.Asked))]
[JsonSerializable(typeof(GroupsCommand.PhaseOver))]
[JsonSerializable(typeof(GroupsCommand.Proven))]
[JsonSerializable(typeof(GroupsCommand.Responsive))]
[JsonSerializable(typeof(GroupsCommand.LinksTold))]
[JsonSerializable(typeof(GroupRequest))]
[JsonSerializable(typeof(GroupRequest.Join), TypeInfoPropertyName = "JoinRequest")]
[JsonSerializable(typeof(GroupRequest.Leave), TypeInfoPropertyName = "LeaveRequest")]
[JsonSerializable(typeof(GroupRequest.Goodbye))]
[JsonSerializable(typeof(GroupRequest.Expel), TypeInfoPropertyName = "ExpelRequest")]
[JsonSerializable(typeof(GroupRequest.ChangeValue))]
[JsonSerializable(typeof(GroupRequest.ChangeAttributes))]
[JsonSerializable(typeof(GroupRequest.Broadcast))]
[JsonSerializable(typeof(GroupRequest.CastVote))]
[JsonSerializable(typeof(GroupRequest.Subscribe))]
[JsonSerializable(typeof(GroupRequest.Unsubscribe))]
[JsonSerializable(typeof(GroupRequest.TakeClaim))]
[JsonSerializable(typeof(GroupRequest.ReleaseClaim))]
[JsonSerializable(typeof(RequestOutcome))]
[JsonSerializable(typeof(RequestOutcome.Done))]
[JsonSerializable(typeof(RequestOutcome.Rejected))]
[JsonSerializable(typeof(RequestOutcome.Refused))]
[JsonSerializable(typeof(Change))]
[JsonSerializable(typeof(Change.Join))]
[JsonSerializable(typeof(Change.Leave))]
[JsonSerializable(typeof(Change.Removal))]
[JsonSerializable(typeof(Change.Expel))]
[JsonSerializable(typeof(Change.State))]
[JsonSerializable(typeof(Change.Attributes))]
[JsonSerializable(typeof(Change.Message))]
[JsonSerializable(typeof(ImmutableArray<ServerId>))]
[JsonSerializable(typeof(ImmutableArray<EngineMember>))]
[JsonSerializable(typeof(ImmutableArray<GroupsEntry>))]
[JsonSerializable(typeof(ImmutableArray<NodeVotes>))]
[JsonSerializable(typeof(ImmutableArray<Proposal>))]
[JsonSerializable(typeof(ImmutableArray<KeyedOutcome>))]
[JsonSerializable(typeof(ImmutableArray<ClientId>))]
[JsonSerializable(typeof(ImmutableArray<VoteMessage>))]
[JsonSerializable(typeof(ImmutableArray<Waiter>))]
[JsonSerializable(typeof(ImmutableArray<Provider>))]
[JsonSerializable(typeof(ImmutableArray<MapEntry<ServerId, ServerStanding>>))]
[JsonSerializable(typeof(ImmutableArray<MapEntry<GroupName, Group>>))]
[JsonSerializable(typeof(ImmutableArray<MapEntry<ClaimName, Claim>>))]
[JsonSerializable(typeof(ImmutableArray<MapEntry<ClientId, Vote>>))]
[JsonSerializable(typeof(ImmutableArray<ServerBoot>))]
[JsonSerializable(typeof(ImmutableArray<NodeId>))]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(ImmutableArray<HeldRemoval>))]
[JsonSerializable(typeof(ImmutableArray<Debt>))]
[JsonSerializable(typeof(ImmutableArray<Host>))]
[JsonSerializable(typeof(ImmutableArray<HostLink>))]
internal sealed partial class GroupsPeerJson : JsonSerializerContext;
