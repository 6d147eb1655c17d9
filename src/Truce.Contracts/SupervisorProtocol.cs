using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Truce.Model;

namespace Truce.Contracts;

/// <summary>Between the supervisor and the roles that it started: JSON messages on its unix socket.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Alive), "alive")]
[JsonDerivedType(typeof(RoleState), "role-state")]
[JsonDerivedType(typeof(PanicWanted), "panic-wanted")]
[JsonDerivedType(typeof(StoppedCleanly), "stopped-cleanly")]
[JsonDerivedType(typeof(StopWanted), "stop-wanted")]
[JsonDerivedType(typeof(PeerState), "peer-state")]
[JsonDerivedType(typeof(StopResources), "stop-resources")]
[JsonDerivedType(typeof(ResourcesStopped), "resources-stopped")]
[JsonDerivedType(typeof(LossesChosen), "losses-chosen")]
public abstract record SupervisorMessage
{
    private SupervisorMessage() { }

    /// <summary>A role's first message: it is up.</summary>
    public sealed record Ready(int Version, string Role, string Session) : SupervisorMessage;

    /// <summary>The role's loop turns: sent once a second; silence is a stall.</summary>
    public sealed record Alive(long Turn) : SupervisorMessage;

    /// <summary>To every role: how the others fare ("running", "respawning", "gone").</summary>
    public sealed record RoleState(string Role, string State, string Session) : SupervisorMessage;

    /// <summary>The controller asks for the node's reset (it is no longer safe to go on).</summary>
    public sealed record PanicWanted(string Reason) : SupervisorMessage;

    /// <summary>The controller has stopped everything and left, as asked: the roles may end.</summary>
    public sealed record StoppedCleanly : SupervisorMessage;

    /// <summary>To the controller: stop local resources in order and leave
    /// (SIGTERM of the supervisor).</summary>
    public sealed record StopWanted(string Reason) : SupervisorMessage;

    /// <summary>To the controller: what the supervisor of another node says of its own controller,
    /// over the supervisors' engine group. A controller's process-down starts a grace only while
    /// this says "respawning". </summary>
    /// <param name="Node">The other node.</param>
    /// <param name="Present">Its supervisor is a member of the supervisors' group.</param>
    /// <param name="ControllerState">"running", "respawning", "gone", or "" where it hasn't said yet.</param>
    public sealed record PeerState(string Node, bool Present, string ControllerState) : SupervisorMessage;

    /// <summary>To the executor: stop everything that is running here, without the cluster. It
    /// takes orders from no controller any more.</summary>
    public sealed record StopResources(string Reason) : SupervisorMessage;

    /// <summary>From the controller: what the cluster's options say of the loss of components.</summary>
    public sealed record LossesChosen(ComponentLosses Losses) : SupervisorMessage;

    /// <summary>The executor has stopped everything, or couldn't.</summary>
    /// <param name="Failed">What couldn't be stopped; empty: nothing that is managed runs any more.</param>
    /// <param name="WereAny">Whether there was anything to stop. If so, this executor does nothing more: the
    /// next one begins anew.</param>
    public sealed record ResourcesStopped(ImmutableArray<string> Failed, bool WereAny) : SupervisorMessage;
}
