using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Truce.Contracts;

/// <summary>
/// Between the API role (or another client on the node) and its node's controller: JSON messages on a unix
/// socket. Every call has an id that its answer repeats; calls may overlap and be answered in any order. A
/// change is answered once it is <em>committed</em> (it survives any crash while one of the nodes that
/// acknowledged it keeps its disk), or refused with the reason. An answer that doesn't come says nothing
/// about what happened: ask again, or look.
/// </summary>
/// <param name="Id">Chosen by the client, unique on its link; at most 128 characters.</param>
/// <param name="Caller">On whose behalf; the API role fills it from the peer
/// credentials of its own client.</param>
/// <param name="Request">What is wanted.</param>
public sealed record ClientCall(string Id, ClientCaller Caller, ClientRequest Request);

/// <summary>Who asks, as the kernel said; names are for the configuration's
/// ACLs, its history and events.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Group">The group's id.</param>
/// <param name="Name">The user's name.</param>
/// <param name="Privileged">The user that Truce runs as: may do all, as root may.</param>
/// <param name="Groups">The names of the user's groups; null: none known.</param>
public sealed record ClientCaller(
    uint User, uint Group, string Name, bool Privileged = false, ImmutableArray<string>? Groups = null);

/// <summary>The answer to one <see cref="ClientCall"/>.</summary>
public sealed record ClientAnswer(string Id, ClientReply Reply);

/// <summary>What a client can ask of a controller.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Greet), "greet")]
[JsonDerivedType(typeof(GetStatus), "get-status")]
[JsonDerivedType(typeof(GetConfiguration), "get-configuration")]
[JsonDerivedType(typeof(GetConfigurationHistory), "get-configuration-history")]
[JsonDerivedType(typeof(GetEvents), "get-events")]
[JsonDerivedType(typeof(GetFenceHistory), "get-fence-history")]
[JsonDerivedType(typeof(ApplyConfiguration), "apply-configuration")]
[JsonDerivedType(typeof(SetTransient), "set-transient")]
[JsonDerivedType(typeof(Cleanup), "cleanup")]
[JsonDerivedType(typeof(FenceNode), "fence-node")]
[JsonDerivedType(typeof(ConfirmFenced), "confirm-fenced")]
[JsonDerivedType(typeof(SetTicket), "set-ticket")]
[JsonDerivedType(typeof(Restart), "restart")]
[JsonDerivedType(typeof(RunTool), "run-tool")]
[JsonDerivedType(typeof(ReleaseFencing), "release-fencing")]
[JsonDerivedType(typeof(EndWait), "end-wait")]
[JsonDerivedType(typeof(TellFencePaths), "tell-fence-paths")]
[JsonDerivedType(typeof(ResyncNode), "resync-node")]
[JsonDerivedType(typeof(Watch), "watch")]
[JsonDerivedType(typeof(MayChange), "may-change")]
[JsonDerivedType(typeof(GetDeaths), "get-deaths")]
public abstract record ClientRequest
{
    private ClientRequest() { }

    /// <summary>First call on a link: answered by <see cref="ClientReply.Greeting"/>.</summary>
    /// <param name="Version">Highest version that the client speaks.</param>
    public sealed record Greet(int Version) : ClientRequest;

    /// <summary>
    /// Between roles only, since version 2: the link is told of changes. Answered by
    /// <see cref="ClientReply.Changed"/> at once, and again, under the same id, when answers given since
    /// may be old. What a link isn't asking for isn't told twice: after such an answer nothing follows
    /// until the link has asked something.
    /// </summary>
    public sealed record Watch : ClientRequest;

    /// <summary>
    /// Between roles only, since version 3: whether the caller may change anything of the configuration,
    /// which is asked before a new one is read. Answered by <see cref="ClientReply.Done"/>, or refused.
    /// </summary>
    public sealed record MayChange : ClientRequest;

    /// <summary>
    /// Between roles only, since version 4: which boots of nodes are proven to be over. Answered by
    /// <see cref="ClientReply.Deaths"/>, at once, from this node's copy.
    /// </summary>
    public sealed record GetDeaths : ClientRequest;

    /// <summary>Answered by <see cref="ClientReply.Status"/>, at once, from this node's copy.</summary>
    public sealed record GetStatus : ClientRequest;

    /// <summary>Answered by <see cref="ClientReply.Configuration"/>; <paramref name="Version"/> null: the
    /// present one, else one of the history.</summary>
    /// <param name="Version">Of the history; null: now.</param>
    /// <param name="WithStatus">The whole CIB, status section included, as <c>simulate</c> takes it.</param>
    public sealed record GetConfiguration(long? Version, bool WithStatus) : ClientRequest
    {
        /// <summary>Whether secrets are shown; refused (permission) to who has no right to them.</summary>
        public SecretsShown Secrets { get; init; }
    }

    /// <summary>Answered by <see cref="ClientReply.ConfigurationHistory"/>.</summary>
    public sealed record GetConfigurationHistory : ClientRequest;

    /// <summary>Answered by <see cref="ClientReply.Events"/>.</summary>
    /// <param name="After">Only events with a larger index; 0: from the oldest kept.</param>
    /// <param name="Limit">At most that many (1 to 1,000).</param>
    /// <param name="WaitMs">If there are none yet, wait that long for one (0 to 30,000):
    /// what <c>--follow</c> uses.</param>
    public sealed record GetEvents(long After, int Limit, int WaitMs) : ClientRequest;

    /// <summary>Answered by <see cref="ClientReply.FenceHistory"/>.</summary>
    public sealed record GetFenceHistory : ClientRequest;

    /// <summary>
    /// Replaces the configuration. Answered by <see cref="ClientReply.Done"/>, or refused: bad-input with
    /// findings, conflict where <paramref name="ExpectedVersion"/> isn't the present one any more.
    /// </summary>
    /// <param name="Xml">A CIB, or its configuration section; a status section in it is ignored.</param>
    /// <param name="ExpectedVersion">The version that the change was made on; null: whatever it is.</param>
    /// <param name="CheckOnly">Say what would be refused or warned about; change nothing.</param>
    /// <param name="Comment">For the history; may be empty.</param>
    public sealed record ApplyConfiguration(string Xml, long? ExpectedVersion, bool CheckOnly, string Comment)
        : ClientRequest;

    /// <summary>Sets (value null: removes) a transient node attribute: one that a reboot forgets.</summary>
    public sealed record SetTransient(string Node, string Name, string? Value) : ClientRequest;

    /// <summary>
    /// Forgets failures and what is remembered of a resource, so that it is probed anew. Null means all.
    /// Fencing that was decided is not forgotten by this.
    /// </summary>
    /// <param name="Resource">The resource (a group or clone: its members), or null.</param>
    /// <param name="Node">Only on that node, or null.</param>
    /// <param name="Scope">Only where something failed (cleanup), or everything (refresh).</param>
    public sealed record Cleanup(string? Resource, string? Node, CleanupScope Scope) : ClientRequest;

    /// <summary>
    /// Stops what is active of a resource, with what depends on it, and starts it again where it
    /// is. Answered when the wish is committed; until it is fulfilled the status shows
    /// <c>restart</c> as what the resource waits for.
    /// </summary>
    /// <param name="Resource">The resource (a group or clone: its members).</param>
    /// <param name="Node">Only on that node, or null.</param>
    public sealed record Restart(string Resource, string? Node) : ClientRequest;

    /// <summary>One of the tools that agents expect of their cluster manager; answered by
    /// <see cref="ClientReply.ToolEnded"/>, a change once it is committed.</summary>
    /// <param name="Tool">crm_attribute, crm_node, ….</param>
    /// <param name="Resource">The agent's own resource (OCF_RESOURCE_INSTANCE); empty: none.</param>
    /// <param name="Arguments">As the agent gave them.</param>
    public sealed record RunTool(string Tool, string Resource, ImmutableArray<string> Arguments) : ClientRequest;

    /// <summary>Fences a node. Answered when the intent is committed; the result is in the fence history and
    /// the events under the id that <see cref="ClientReply.Done.Subject"/> gives.</summary>
    /// <param name="Node">The target.</param>
    /// <param name="Action">reboot, off or on.</param>
    /// <param name="Reason">For the history.</param>
    public sealed record FenceNode(string Node, string Action, string Reason) : ClientRequest;

    /// <summary>A person vouches that the node is off: it counts as fenced from now on.</summary>
    public sealed record ConfirmFenced(string Node, string Reason) : ClientRequest;

    /// <summary>
    /// A person vouches that the nodes that were never seen since this one booted are off: quorum is no
    /// longer held back for them (wait_for_all). Refused where it isn't.
    /// </summary>
    public sealed record EndWait : ClientRequest;

    /// <summary>What made fencing of a node fail is mended: it is tried again at once.</summary>
    public sealed record ReleaseFencing(string Node, string Reason) : ClientRequest;

    /// <summary>A node tried the paths by which it may have to fence others: the cluster
    /// remembers what came of it.</summary>
    /// <param name="From">The node that tried them.</param>
    /// <param name="Paths">What came of each.</param>
    public sealed record TellFencePaths(string From, ImmutableArray<TriedFencePath> Paths) : ClientRequest;

    /// <summary>Members hold different states without a majority: the node's is given up,
    /// and it takes the others'.</summary>
    public sealed record ResyncNode(string Node, string Reason) : ClientRequest;

    /// <summary>Grants or revokes a ticket, or sets its standby.</summary>
    public sealed record SetTicket(string Ticket, bool? Granted, bool? Standby) : ClientRequest;
}

/// <summary>A path of fencing that was tried, and switched nothing.</summary>
/// <param name="Device">The fence device.</param>
/// <param name="Target">The node that it was asked about.</param>
/// <param name="Failure">What was said when it failed; empty: it works.</param>
public sealed record TriedFencePath(string Device, string Target, string Failure);

/// <summary>How a configuration's secrets are given.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SecretsShown>))]
public enum SecretsShown
{
    /// <summary>As ********; applied back, the mask leaves the secret as it is.</summary>
    Masked,

    /// <summary>As they are.</summary>
    Shown,
}

/// <summary>What a cleanup forgets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CleanupScope>))]
public enum CleanupScope
{
    /// <summary>What failed.</summary>
    Failures,

    /// <summary>All history: the resource is probed on every node it names.</summary>
    Everything,
}

/// <summary>What a controller answers.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Greeting), "greeting")]
[JsonDerivedType(typeof(Status), "status")]
[JsonDerivedType(typeof(Configuration), "configuration")]
[JsonDerivedType(typeof(ConfigurationHistory), "configuration-history")]
[JsonDerivedType(typeof(Events), "events")]
[JsonDerivedType(typeof(FenceHistory), "fence-history")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(ToolEnded), "tool-ended")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Deaths), "deaths")]
public abstract record ClientReply
{
    private ClientReply() { }

    /// <summary>The version to speak from here on, and whom one speaks to.</summary>
    public sealed record Greeting(int Version, string Node, string ControllerSession, string Incarnation) : ClientReply;

    /// <summary>The cluster as this node's copy has it.</summary>
    public sealed record Status(ClusterStatusDocument Cluster) : ClientReply;

    /// <summary>A configuration as XML, with its version.</summary>
    public sealed record Configuration(long Version, string Xml) : ClientReply;

    /// <summary>Configuration versions kept, newest first.</summary>
    public sealed record ConfigurationHistory(ImmutableArray<ConfigurationEntry> Versions) : ClientReply;

    /// <summary>Events in order of their index.</summary>
    /// <param name="Items">The events.</param>
    /// <param name="Oldest">The oldest index still kept: a reader that
    /// asked for less has missed some.</param>
    public sealed record Events(ImmutableArray<ClusterEvent> Items, long Oldest) : ClientReply;

    /// <summary>Fencings, newest first, with those under way.</summary>
    public sealed record FenceHistory(ImmutableArray<FenceRecord> Items) : ClientReply;

    /// <summary>It is committed (or, for a check, would be accepted).</summary>
    /// <param name="Index">Its place in the cluster's order; 0 for a check.</param>
    /// <param name="Version">The configuration's version after it.</param>
    /// <param name="Subject">What it made: a fence id, or empty.</param>
    /// <param name="Findings">Warnings.</param>
    public sealed record Done(long Index, long Version, string Subject, ImmutableArray<InputFinding> Findings) : ClientReply;

    /// <summary>Answers given before this one may be old.</summary>
    public sealed record Changed : ClientReply;

    /// <summary>Boots of nodes that are proven to be over: all that are known, one of a node.</summary>
    public sealed record Deaths(ImmutableArray<ProvenDeath> Items) : ClientReply;

    /// <summary>What an agents' tool printed, and its exit code.</summary>
    public sealed record ToolEnded(int Code, string Output, string Errors) : ClientReply;

    /// <summary>It is not done, and won't be.</summary>
    /// <param name="Kind">Decides the exit code.</param>
    /// <param name="Message">Why, in a sentence, and what to do.</param>
    /// <param name="Findings">For bad-input: where.</param>
    public sealed record Refused(RefusalKind Kind, string Message, ImmutableArray<InputFinding> Findings) : ClientReply;
}

/// <summary>A boot of a node is over: the cluster has committed that the node was off in it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Incarnation">The boot; empty: it was never seen.</param>
/// <param name="State"><c>off</c>: no later boot is known; <c>back</c>: one is.</param>
/// <param name="Evidence">What proves it, for people.</param>
public sealed record ProvenDeath(string Node, string Incarnation, string State, string Evidence)
{
    /// <summary>No later boot is known.</summary>
    public const string Off = "off";

    /// <summary>A later boot is known.</summary>
    public const string Back = "back";
}

/// <summary>Why a request was refused; the comments name the exit code of the command line.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefusalKind>))]
public enum RefusalKind
{
    /// <summary>Malformed, unknown node or resource, invalid configuration. 3.</summary>
    BadInput,

    /// <summary>The configuration has changed meanwhile. 5.</summary>
    Conflict,

    /// <summary>This node isn't in a quorate partition. 5.</summary>
    NoQuorum,

    /// <summary>A guard holds it back. 5.</summary>
    Guard,

    /// <summary>The caller may not. 5.</summary>
    Permission,

    /// <summary>This controller hasn't joined the cluster yet. 4.</summary>
    NotReady,

    /// <summary>Not committed within the time; it may still happen. 6.</summary>
    TimedOut,

    /// <summary>Too many requests are waiting. 6.</summary>
    Busy,
}

/// <summary>One finding in an input.</summary>
/// <param name="Severity">error or warning.</param>
/// <param name="Line">1 for the first; 0: unknown.</param>
/// <param name="Column">1 for the first; 0: unknown.</param>
/// <param name="Element">The element, with its id where it has one.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record InputFinding(
    string Severity, int Line, int Column, string Element, string Message, string Remedy)
{
    /// <summary>Its kind; null: an older node said it.</summary>
    public string? Id { get; init; }

    /// <summary>What happens if it stays so; null: an older node said it.</summary>
    public string? Consequence { get; init; }

    /// <summary>Whether the configuration in force has it, too: a change didn't bring it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Standing { get; init; }
}

/// <summary>One version of the configuration.</summary>
/// <param name="Version">Rising.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Comment">What for.</param>
public sealed record ConfigurationEntry(long Version, DateTimeOffset At, string By, string Comment);
