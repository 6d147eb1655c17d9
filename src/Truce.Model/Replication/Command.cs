namespace Truce.Model.Replication;

/// <summary>
/// A change of the replicated state. Every member applies the same ones in the same order; nothing is looked
/// up and no clock is read while applying. (Written to the wire by Truce.Contracts.)
/// </summary>
public abstract record Command
{
    private Command() { }

    /// <summary>A view was agreed on: first entry of each, by its source.</summary>
    /// <param name="Epoch">The view's epoch.</param>
    /// <param name="Quorate">Whether it holds quorum.</param>
    /// <param name="Participants">Controllers that take part.</param>
    /// <param name="Silent">Members of the engine's view that never said hello.</param>
    /// <param name="Heard">Nodes that the engine hears, whatever their controllers do.</param>
    /// <param name="Votes">Votes of every configured node.</param>
    /// <param name="Needed">Votes needed.</param>
    /// <param name="WaitForAll">As configured in the engine.</param>
    public sealed record Formed(
        Epoch Epoch,
        bool Quorate,
        EquatableArray<Participant> Participants,
        EquatableArray<NodeId> Silent,
        EquatableArray<NodeId> Heard,
        EquatableArray<NodeVotes> Votes,
        int Needed,
        bool WaitForAll) : Command
    {
        /// <summary>The lineage that begins with the view, as nobody can prove that its source has all that
        /// was committed; 0: the source's goes on.</summary>
        public long Lineage { get; init; }

        /// <summary>A quorum device or a tie-breaker chose this side: nobody who
        /// is cut off can be quorate.</summary>
        public bool IsExclusive { get; init; }

        /// <summary>The engine has quorum, whether or not controllers enough are there: no other side of a
        /// split can be quorate.</summary>
        public bool EngineQuorate { get; init; }
    }

    /// <summary>A member reports what its executor really has; that beats what anyone remembers.</summary>
    /// <param name="Node">The member's node.</param>
    /// <param name="ControllerSession">Its controller's life.</param>
    /// <param name="Incarnation">The node's boot.</param>
    /// <param name="ExecutorSession">The executor's life.</param>
    /// <param name="Running">Operations under way, by operation id.</param>
    /// <param name="Unreported">Results that nobody had acknowledged.</param>
    /// <param name="Unkillable">Resources of which something is left that can't be killed.</param>
    public sealed record NodeJoined(
        NodeId Node,
        string ControllerSession,
        string Incarnation,
        string ExecutorSession,
        EquatableArray<string> Running,
        EquatableArray<OperationResult> Unreported,
        EquatableArray<string> Unkillable) : Command
    {
        /// <summary>What the member had applied when its executor was asked: of later orders
        /// the report says nothing.</summary>
        public long AsOf { get; init; } = long.MaxValue;

        /// <summary>What its executor has started in this boot, and by what.</summary>
        public EquatableArray<StartedAs> Started { get; init; } = [];

        /// <summary>Why the node's boot before this one reset itself; empty: nothing is to be told.</summary>
        public string Reset { get; init; } = "";
    }

    /// <summary>A node left in order, with nothing running.</summary>
    public sealed record NodeLeft(NodeId Node, string Incarnation) : Command;

    /// <summary>A member's store fails, or works again.</summary>
    /// <param name="Node">The member.</param>
    /// <param name="ControllerSession">Its controller's life.</param>
    /// <param name="Trouble">Why nothing can be kept there; empty: it works.</param>
    public sealed record StoreTold(NodeId Node, string ControllerSession, string Trouble) : Command;

    /// <summary>A member whose store fails wants to stop its resources and leave; refused where too few
    /// others could keep anything then.</summary>
    public sealed record StoreLeave(NodeId Node, string ControllerSession) : Command;

    /// <summary>A controller whose process went while its node lives didn't come back in time.</summary>
    public sealed record GraceEnded(NodeId Node, string ControllerSession) : Command;

    /// <summary>The sender has missed that member's signs of life; a majority
    /// of such words demotes it.</summary>
    public sealed record Suspected(NodeId Node, string ControllerSession, NodeId By) : Command;

    /// <summary>The coordinator's tick.</summary>
    /// <param name="Node">The coordinator.</param>
    /// <param name="ElapsedMs">How far cluster time advances.</param>
    /// <param name="AtIndex">The place of an earlier tick of the view; 0: there is none yet.</param>
    /// <param name="Hash">The digest of the coordinator's whole state there.</param>
    public sealed record Tick(NodeId Node, long ElapsedMs, long AtIndex, string Hash) : Command
    {
        /// <summary>Up to there everything is planned and carried out; 0: something is under way.</summary>
        public long RestsAt { get; init; }
    }

    /// <summary>Replaces the configuration.</summary>
    /// <param name="Xml">The CIB in canonical form, status left out.</param>
    /// <param name="ExpectedVersion">Refused unless that is the present
    /// version; null: whatever it is.</param>
    /// <param name="Restores">It was acknowledged at this place, and the source
    /// had lost it; null: a new one.</param>
    /// <param name="By">Who asked.</param>
    /// <param name="Comment">What for.</param>
    public sealed record ChangeConfiguration(
        string Xml, long? ExpectedVersion, Standing? Restores, string By, string Comment) : Command;

    /// <summary>The coordinator orders operations; they count as pending from here on.</summary>
    public sealed record Ordered(Epoch Epoch, long FenceEpoch, EquatableArray<Order> Orders) : Command;

    /// <summary>The coordinator takes back those orders of a view that follow others and haven't begun: their
    /// nodes give them up, and say so.</summary>
    public sealed record Withdrawn(Epoch Epoch) : Command
    {
        /// <summary>Whether starts that wait for a fencing are taken back as well.</summary>
        public bool TakesAllowed { get; init; }
    }

    /// <summary>What an executor reported.</summary>
    public sealed record Results(NodeId Node, string ExecutorSession, EquatableArray<OperationResult> Items) : Command
    {
        /// <summary>Whether one isn't as expected.</summary>
        public bool HasSurprise => Items.Any(i => !i.IsExpected);
    }

    /// <summary>Sets a transient attribute of a node; value null removes it.</summary>
    public sealed record SetTransient(NodeId Node, string Name, string? Value) : Command
    {
        /// <summary>Attributes whose names begin so are between agents: no rule means them, and nothing
        /// is planned for their sake.</summary>
        public const string PrivatePrefix = "#private-";
    }

    /// <summary>Forgets failures or all history.</summary>
    /// <param name="Resources">Ids of the resources (their instances too); empty: all.</param>
    /// <param name="Node">Null: all.</param>
    /// <param name="Everything">All history rather than what failed.</param>
    /// <param name="OperationKey">Only the fail count of that operation (<c>monitor_10000</c>), what runs
    /// kept; null: as the others say.</param>
    public sealed record Forget(EquatableArray<ResourceId> Resources, NodeId? Node, bool Everything, string? OperationKey)
        : Command
    {
        /// <summary>As OperationKey: all fail counts, and the records of the
        /// latest failures with them.</summary>
        public const string AnyOperation = "*";
    }

    /// <summary>What is active of these resources shall be stopped and started again where it is.</summary>
    /// <param name="Resources">Ids of the resources (their instances too).</param>
    /// <param name="Node">Only there; null: everywhere.</param>
    /// <param name="By">Who asked.</param>
    public sealed record RestartAsked(EquatableArray<ResourceId> Resources, NodeId? Node, string By) : Command;

    /// <summary>Members' states differ, without a majority: an operator chooses the one that is given up,
    /// with all that are like it.</summary>
    public sealed record StateGivenUp(NodeId Node, string By, string Reason) : Command;

    /// <summary>A node shall be fenced: the intent, before any shot.</summary>
    public sealed record FenceAsked(FenceIntent Intent) : Command;

    /// <summary>Another member shall carry out a fencing, since the chosen
    /// one is gone or has failed.</summary>
    public sealed record FenceAssigned(string FenceId, NodeId By) : Command;

    /// <summary>What came of a shot.</summary>
    /// <param name="FenceId">The intent.</param>
    /// <param name="By">Who shot.</param>
    /// <param name="Succeeded">The devices of one level all confirmed.</param>
    /// <param name="Device">Which devices were used.</param>
    /// <param name="Reason">What they said when they failed.</param>
    public sealed record FenceEnded(string FenceId, NodeId By, bool Succeeded, string Device, string Reason)
        : Command
    {
        /// <summary>What a success stands on.</summary>
        public FenceProof Proof { get; init; }
    }

    /// <summary>A person vouches that a node is off.</summary>
    public sealed record FenceConfirmed(NodeId Node, string By, string Reason) : Command;

    /// <summary>A person has mended what made fencing of a node fail: it is tried again at once, and its
    /// attempts are counted from the start.</summary>
    public sealed record FenceReleased(NodeId Node, string By, string Reason) : Command;

    /// <summary>Finished fencings that a joiner's disk holds and the source may lack.</summary>
    public sealed record FencesRemembered(EquatableArray<FenceState> Fences) : Command;

    /// <summary>A node tried the paths by which it may have to fence others.</summary>
    public sealed record FencePathsTried(NodeId From, EquatableArray<FencePathTry> Paths) : Command;

    /// <summary>The coordinator can't make a plan, or can again.</summary>
    /// <param name="Node">The coordinator.</param>
    /// <param name="Failure">Why not; null: it can again.</param>
    /// <param name="Attempts">How often in a row.</param>
    public sealed record PlanningEnded(NodeId Node, string? Failure, int Attempts) : Command;

    /// <summary>What the last plan wants done and can't do, once nothing else is under way.</summary>
    /// <param name="Steps">All of them; none: everything could be done.</param>
    public sealed record PlanBlocked(EquatableArray<BlockedStep> Steps) : Command;

    /// <summary>Grants, revokes or suspends a ticket.</summary>
    public sealed record SetTicket(string Ticket, bool? Granted, bool? Standby) : Command;
}

/// <summary>An operation as ordered to one node.</summary>
public sealed record Order
{
    /// <summary>Unique forever: transition id, action number, transition number.</summary>
    public required string OperationId { get; init; }

    /// <summary>Where.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Which boot of it: on another it is history.</summary>
    public required string Incarnation { get; init; }

    /// <summary>What is done.</summary>
    public required OrderTask Kind { get; init; }

    /// <summary>History id of the resource; empty for orders to the node itself.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>The agent; null for orders to the node itself.</summary>
    public required AgentName? Agent { get; init; }

    /// <summary>start, stop, monitor, …</summary>
    public required string Operation { get; init; }

    /// <summary>0: once.</summary>
    public required long IntervalMs { get; init; }

    /// <summary>Timeout of the agent.</summary>
    public required long TimeoutMs { get; init; }

    /// <summary>Wait before it.</summary>
    public required long StartDelayMs { get; init; }

    /// <summary>The result that the plan counts on.</summary>
    public required int ExpectedCode { get; init; }

    /// <summary>ACTION:TRANSITION:EXPECTED-RC:UUID.</summary>
    public required string TransitionKey { get; init; }

    /// <summary>The agent's parameters; may hold secrets, never logged.</summary>
    public required EquatableArray<NameText> Parameters { get; init; }

    /// <summary>For CRM_meta_*, without that prefix.</summary>
    public required EquatableArray<NameText> Meta { get; init; }

    /// <summary>Its place in the log; 0 before it is applied.</summary>
    public long Index { get; init; }

    /// <summary>A start that is only allowed so far: it may run once this fencing is confirmed.
    /// Null: an ordinary order.</summary>
    public string? Fence { get; init; }

    /// <summary>Orders to the same node that must have succeeded before this one, by operation id: the node
    /// goes from one to the next by itself.</summary>
    public EquatableArray<string> After { get; init; } = [];

    /// <summary>Whether something waits for its result that its node doesn't go on to by itself: then the
    /// result is told at once, else together with others.</summary>
    public bool IsAwaited { get; init; } = true;

    /// <summary>How long those before it may take.</summary>
    public long AheadMs { get; init; }

    /// <summary>A stop that failed: how long its agent may take to say whether anything is
    /// left; 0: it isn't asked.</summary>
    public long LookMs { get; init; }

    /// <summary>A stop: how much more than its timeout it may take while it makes progress.</summary>
    public long ExtensionMs { get; init; }

    /// <summary>How long after it was ordered its result is overdue.</summary>
    public long PatienceMs => AheadMs + StartDelayMs + TimeoutMs + ExtensionMs + LookMs;

    /// <summary>Whether its node begins it by itself, at a time that nobody else knows: from the order to the
    /// result it may be active there, and no history tells of it.</summary>
    public bool IsHeld => Fence is not null || After.Count > 0 || IsDelayed;

    /// <summary>Whether it runs once, a while after it was ordered: until then
    /// its node can give it up.</summary>
    public bool IsDelayed => this is { Kind: OrderTask.Run, IntervalMs: 0, StartDelayMs: > 0 };

    /// <summary>Whether it repeats, and begins so late that nobody waits for its first result: as in the
    /// field, after five minutes.</summary>
    public bool IsPostponed => this is { Kind: OrderTask.Run, IntervalMs: > 0, StartDelayMs: > PostponedMs };

    private const long PostponedMs = 5 * 60 * 1_000;

    /// <summary>RESOURCE_OPERATION_INTERVAL.</summary>
    public string Key => $"{Resource}_{Operation}_{IntervalMs}";

    /// <summary>Leaves the parameters out: they may hold secrets.</summary>
    public override string ToString() => $"{Operation} {Resource} every {IntervalMs} on {Node} as {OperationId}";
}

/// <summary>What an order does.</summary>
public enum OrderTask
{
    /// <summary>Runs an agent.</summary>
    Run,

    /// <summary>Ends a recurring operation.</summary>
    Cancel,

    /// <summary>Forgets a resource that is no longer configured, once it is stopped.</summary>
    Delete,

    /// <summary>The node leaves the cluster: nothing runs on it any more.</summary>
    Shutdown,
}

/// <summary>A name and its text.</summary>
public sealed record NameText(string Name, string Text);

/// <summary>Some of an agent's parameters.</summary>
/// <param name="Names">Each between spaces.</param>
/// <param name="Digest">As the owner says.</param>
public sealed record ParameterList(string Names, string Digest);
