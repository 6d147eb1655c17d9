namespace Truce.Model;

/// <summary>The operations of agents, by the names that configurations, histories
/// and agents have for them.</summary>
public static class OperationNames
{
    /// <summary>Makes a resource active.</summary>
    public const string Start = "start";

    /// <summary>Makes it inactive.</summary>
    public const string Stop = "stop";

    /// <summary>Looks whether it is active; a probe with interval 0.</summary>
    public const string Monitor = "monitor";

    /// <summary>From unpromoted to promoted.</summary>
    public const string Promote = "promote";

    /// <summary>From promoted to unpromoted.</summary>
    public const string Demote = "demote";

    /// <summary>Tells an instance what is done, or was done, to the others of its clone.</summary>
    public const string Notify = "notify";

    /// <summary>A live migration's part on the node that it leaves.</summary>
    public const string MigrateTo = "migrate_to";

    /// <summary>A live migration's part on the node where it arrives.</summary>
    public const string MigrateFrom = "migrate_from";

    /// <summary>Takes over changed parameters without a restart (OCF 1.1).</summary>
    public const string ReloadAgent = "reload-agent";

    /// <summary>The older name of that.</summary>
    public const string Reload = "reload";

    /// <summary>An agent's description of itself: parameters, actions, their defaults.</summary>
    public const string MetaData = "meta-data";

    /// <summary>The same of a fence agent.</summary>
    public const string FenceMetadata = "metadata";

    /// <summary>Looks at an agent's parameters alone.</summary>
    public const string ValidateAll = "validate-all";

    /// <summary>An init script's monitor; of a fence device, whether a node has power.</summary>
    public const string Status = "status";

    /// <summary>The nodes that a fence device can reach.</summary>
    public const string List = "list";
}
