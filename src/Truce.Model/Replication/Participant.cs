namespace Truce.Model.Replication;

/// <summary>A controller that takes part in a view.</summary>
public sealed record Participant(
    EngineMember Member, NodeUuid Uuid, string Session, string Incarnation, int FeatureLevel, ParticipantKind Kind);

/// <summary>How a participant comes into a view.</summary>
public enum ParticipantKind
{
    /// <summary>It holds the same log as the source and goes on.</summary>
    Continues,

    /// <summary>It takes the source's state, or comes from a minority, and
    /// reports what it really runs.</summary>
    Joins,
}
