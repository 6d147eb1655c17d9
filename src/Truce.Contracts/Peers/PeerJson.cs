using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Contracts;

/// <summary>What the wire and the disk know of the replicated types; see
/// <see cref="PeerJsonTypes"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(NodeIdConverter), typeof(NodeUuidConverter), typeof(ResourceIdConverter),
        typeof(EquatableArrayConverter<EngineMember>), typeof(EquatableArrayConverter<Command>),
        typeof(EquatableArrayConverter<NodeVotes>), typeof(EquatableArrayConverter<NodeId>),
        typeof(EquatableArrayConverter<Participant>), typeof(EquatableArrayConverter<string>),
        typeof(EquatableArrayConverter<OperationResult>), typeof(EquatableArrayConverter<Order>),
        typeof(EquatableArrayConverter<NameText>), typeof(EquatableArrayConverter<FenceState>),
        typeof(EquatableArrayConverter<LogEntry>), typeof(EquatableArrayConverter<ConfigurationVersion>),
        typeof(EquatableArrayConverter<MemberState>), typeof(EquatableArrayConverter<SessionState>),
        typeof(EquatableArrayConverter<EventState>), typeof(EquatableArrayConverter<ResourceId>),
        typeof(FenceCauseConverter), typeof(EquatableArrayConverter<FenceCause>),
        typeof(EquatableArrayConverter<StartedAs>), typeof(EquatableArrayConverter<Acquittal>),
        typeof(EquatableArrayConverter<StateVoice>), typeof(EquatableArrayConverter<FencePath>),
        typeof(EquatableArrayConverter<FencePathTry>), typeof(EquatableArrayConverter<MeasuredTimes>),
        typeof(EquatableArrayConverter<MeasuredRun>), typeof(EquatableArrayConverter<OpenRecovery>),
        typeof(EquatableArrayConverter<BlockedStep>),
    ])]
[JsonSerializable(typeof(PeerMessage))]
[JsonSerializable(typeof(PeerMessage.Hello))]
[JsonSerializable(typeof(PeerMessage.Proceed))]
[JsonSerializable(typeof(PeerMessage.Entry))]
[JsonSerializable(typeof(PeerMessage.Acknowledge))]
[JsonSerializable(typeof(PeerMessage.Compare))]
[JsonSerializable(typeof(PeerMessage.Snapshot))]
[JsonSerializable(typeof(PeerMessage.Offers))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(Command.Formed))]
[JsonSerializable(typeof(Command.NodeJoined))]
[JsonSerializable(typeof(Command.NodeLeft))]
[JsonSerializable(typeof(Command.StoreTold))]
[JsonSerializable(typeof(Command.StoreLeave))]
[JsonSerializable(typeof(Command.GraceEnded))]
[JsonSerializable(typeof(Command.Suspected))]
[JsonSerializable(typeof(Command.Tick))]
[JsonSerializable(typeof(Command.ChangeConfiguration))]
[JsonSerializable(typeof(Command.Ordered))]
[JsonSerializable(typeof(Command.Withdrawn))]
[JsonSerializable(typeof(Command.Results))]
[JsonSerializable(typeof(Command.SetTransient))]
[JsonSerializable(typeof(Command.Forget))]
[JsonSerializable(typeof(Command.RestartAsked))]
[JsonSerializable(typeof(Command.StateGivenUp))]
[JsonSerializable(typeof(Command.FenceAsked))]
[JsonSerializable(typeof(Command.FenceAssigned))]
[JsonSerializable(typeof(Command.FenceEnded))]
[JsonSerializable(typeof(Command.FenceConfirmed))]
[JsonSerializable(typeof(Command.FenceReleased))]
[JsonSerializable(typeof(Command.FencesRemembered))]
[JsonSerializable(typeof(Command.FencePathsTried))]
[JsonSerializable(typeof(Command.SetTicket))]
[JsonSerializable(typeof(Command.PlanningEnded))]
[JsonSerializable(typeof(Command.PlanBlocked))]
[JsonSerializable(typeof(StateDocument))]
[JsonSerializable(typeof(FenceState))]
[JsonSerializable(typeof(FencePath))]
[JsonSerializable(typeof(MeasuredTimes))]
[JsonSerializable(typeof(StoredConfiguration))]
[JsonSerializable(typeof(StoredIdentity))]
[JsonSerializable(typeof(ImmutableArray<EngineMember>))]
[JsonSerializable(typeof(ImmutableArray<Command>))]
[JsonSerializable(typeof(ImmutableArray<NodeVotes>))]
[JsonSerializable(typeof(ImmutableArray<StateVoice>))]
[JsonSerializable(typeof(ImmutableArray<NodeId>))]
[JsonSerializable(typeof(ImmutableArray<Participant>))]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(ImmutableArray<OperationResult>))]
[JsonSerializable(typeof(ImmutableArray<Order>))]
[JsonSerializable(typeof(ImmutableArray<NameText>))]
[JsonSerializable(typeof(ImmutableArray<FenceState>))]
[JsonSerializable(typeof(ImmutableArray<LogEntry>))]
[JsonSerializable(typeof(ImmutableArray<ConfigurationVersion>))]
[JsonSerializable(typeof(ImmutableArray<MemberState>))]
[JsonSerializable(typeof(ImmutableArray<SessionState>))]
[JsonSerializable(typeof(ImmutableArray<EventState>))]
[JsonSerializable(typeof(ImmutableArray<ResourceId>))]
[JsonSerializable(typeof(ImmutableArray<FenceCause>))]
[JsonSerializable(typeof(ImmutableArray<StartedAs>))]
[JsonSerializable(typeof(ImmutableArray<Acquittal>))]
[JsonSerializable(typeof(ImmutableArray<FencePath>))]
[JsonSerializable(typeof(ImmutableArray<FencePathTry>))]
[JsonSerializable(typeof(ImmutableArray<MeasuredTimes>))]
[JsonSerializable(typeof(ImmutableArray<MeasuredRun>))]
[JsonSerializable(typeof(ImmutableArray<OpenRecovery>))]
[JsonSerializable(typeof(ImmutableArray<BlockedStep>))]
internal sealed partial class PeerJson : JsonSerializerContext;

/// <summary>A configuration version on disk.</summary>
/// <param name="Version">The version.</param>
/// <param name="Xml">The CIB, status left out.</param>
public sealed record StoredConfiguration(ConfigurationVersion Version, string Xml);

/// <summary>Which cluster and lineage a store belongs to.</summary>
public sealed record StoredIdentity(string Cluster, long Lineage, int FeatureLevel);
