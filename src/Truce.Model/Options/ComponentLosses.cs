namespace Truce.Model;

/// <summary>What the loss of a component for good means for its node.</summary>
public enum ComponentFailure
{
    /// <summary>Everything that runs here is stopped, in order; if that can't be done in time, the node is
    /// reset.</summary>
    StopOrPanic,

    /// <summary>The node is reset at once.</summary>
    Panic,
}

/// <summary>What a role's death leads to. An end in order is none.</summary>
public enum RoleFailure
{
    /// <summary>It is started again; if it dies too often, <see cref="ComponentLosses.Role"/>
    /// applies.</summary>
    Respawn,

    /// <summary>As <see cref="ComponentFailure.StopOrPanic"/>, and the node stays out until an operator lets
    /// it in.</summary>
    StopOrPanic,

    /// <summary>The node is reset at once.</summary>
    Panic,
}

/// <summary>What the death of a node's server of Group Services leads to. An end of its own accord, as
/// without its engine, is none.</summary>
public enum GroupsFailure
{
    /// <summary>It is started again, and after the respawns every now and then: its clients have stopped with
    /// their leases.</summary>
    Respawn,

    /// <summary>After the respawns it stays away until the node boots or Truce is started anew.</summary>
    StayOut,

    /// <summary>The node is reset at once: its clients aren't trusted to stop.</summary>
    Panic,
}

/// <summary>
/// What the loss of each component of Truce, and of its engine, is to mean. Each node's truce.conf may choose
/// (<c>controller_loss</c>); where it doesn't, the cluster's options do (<c>truce-controller-loss</c>).
/// </summary>
public sealed record ComponentLosses
{
    private const string Panics = "panic";
    private const string Stops = "stop-or-panic";
    private const string Respawns = "respawn";

    private static readonly string[] s_ofRole = [Respawns, Stops, Panics];

    // Without an executor a node can stop nothing; without an API nothing needs to be stopped.
    private static readonly string[] s_ofOther = [Respawns, Panics];
    private static readonly string[] s_forGood = [Stops, Panics];

    /// <summary>The components by name, each with the values that may be chosen.</summary>
    public static IReadOnlyDictionary<string, string[]> Words { get; } = new Dictionary<string, string[]>
    {
        ["executor"] = s_ofOther,
        ["controller"] = s_ofRole,
        ["fencer"] = s_ofRole,
        ["api"] = s_ofOther,
        ["groups"] = [Respawns, "stay-out", Panics],
        ["engine"] = s_forGood,
        ["role"] = s_forGood,
    };

    /// <summary>Nothing is chosen.</summary>
    public static ComponentLosses None { get; } = new();

    /// <summary>The executor's death.</summary>
    public RoleFailure? Executor { get; init; }

    /// <summary>The controller's death.</summary>
    public RoleFailure? Controller { get; init; }

    /// <summary>The fencer's death.</summary>
    public RoleFailure? Fencer { get; init; }

    /// <summary>The API's death.</summary>
    public RoleFailure? Api { get; init; }

    /// <summary>The death of the server of Group Services.</summary>
    public GroupsFailure? Groups { get; init; }

    /// <summary>The engine's absence for longer than its grace.</summary>
    public ComponentFailure? Engine { get; init; }

    /// <summary>A role that was started again too often.</summary>
    public ComponentFailure? Role { get; init; }

    /// <summary>The cluster option for a component.</summary>
    public static string Option(string component) => $"truce-{component}-loss";

    /// <summary>As configured: what is said of each component, if anything. Words that no component has
    /// choose nothing.</summary>
    public static ComponentLosses Read(Func<string, string?> said) => new()
    {
        Executor = OfRole(said("executor")),
        Controller = OfRole(said("controller")),
        Fencer = OfRole(said("fencer")),
        Api = OfRole(said("api")),
        Groups = OfGroups(said("groups")),
        Engine = ForGood(said("engine")),
        Role = ForGood(said("role")),
    };

    /// <summary>These where they choose, the others where they don't.</summary>
    public ComponentLosses Over(ComponentLosses others) => new()
    {
        Executor = Executor ?? others.Executor,
        Controller = Controller ?? others.Controller,
        Fencer = Fencer ?? others.Fencer,
        Api = Api ?? others.Api,
        Groups = Groups ?? others.Groups,
        Engine = Engine ?? others.Engine,
        Role = Role ?? others.Role,
    };

    private static RoleFailure? OfRole(string? word) => word switch
    {
        Respawns => RoleFailure.Respawn,
        Stops => RoleFailure.StopOrPanic,
        Panics => RoleFailure.Panic,
        _ => null,
    };

    private static GroupsFailure? OfGroups(string? word) => word switch
    {
        Respawns => GroupsFailure.Respawn,
        "stay-out" => GroupsFailure.StayOut,
        Panics => GroupsFailure.Panic,
        _ => null,
    };

    private static ComponentFailure? ForGood(string? word) => word switch
    {
        Stops => ComponentFailure.StopOrPanic,
        Panics => ComponentFailure.Panic,
        _ => null,
    };
}
