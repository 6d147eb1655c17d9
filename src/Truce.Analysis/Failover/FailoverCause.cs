using System.Collections.Immutable;

namespace Truce.Analysis.Failover;

/// <summary>What ends a service, or takes it from its node. One at a time.</summary>
public enum FailoverCause
{
    /// <summary>The resource fails, and its monitor finds it.</summary>
    ResourceFailure,

    /// <summary>It fails, and its start fails on every node but the last one that it may run on.</summary>
    StartFailure,

    /// <summary>It fails, its stop fails too, and its node is fenced.</summary>
    StopFailure,

    /// <summary>Its node dies.</summary>
    NodeDeath,

    /// <summary>Its node hears none of the others any more.</summary>
    LinkSplit,

    /// <summary>A role of Truce dies on its node and doesn't come back.</summary>
    ProcessDeath,

    /// <summary>The coordinator, which is on its node, dies or hangs.</summary>
    CoordinatorDeath,

    /// <summary>An administrator moves it.</summary>
    Move,

    /// <summary>An administrator takes its node into standby.</summary>
    Maintenance,
}

/// <summary>The causes as people and scripts write them.</summary>
public static class FailoverCauses
{
    /// <summary>All of them, in the order in which they are reported.</summary>
    public static ImmutableArray<FailoverCause> All { get; } = [.. Enum.GetValues<FailoverCause>()];

    /// <summary>The word.</summary>
    public static string Word(FailoverCause cause) => cause switch
    {
        FailoverCause.ResourceFailure => "resource-failure",
        FailoverCause.StartFailure => "start-failure",
        FailoverCause.StopFailure => "stop-failure",
        FailoverCause.NodeDeath => "node-death",
        FailoverCause.LinkSplit => "link-split",
        FailoverCause.ProcessDeath => "process-death",
        FailoverCause.CoordinatorDeath => "coordinator-death",
        FailoverCause.Move => "move",
        FailoverCause.Maintenance => "maintenance",
    };

    /// <summary>The cause of a word; null: there is none.</summary>
    public static FailoverCause? Parse(string word) =>
        All.Where(c => Word(c) == word).Select(c => (FailoverCause?)c).FirstOrDefault();

    /// <summary>What happens, as a sentence's beginning: after "when".</summary>
    public static string When(FailoverCause cause) => cause switch
    {
        FailoverCause.ResourceFailure => "it fails and its monitor detects that",
        FailoverCause.StartFailure => "it fails and can then only be started on the last node that may run it",
        FailoverCause.StopFailure => "it fails, can't be stopped, and its node is fenced",
        FailoverCause.NodeDeath => "its node dies",
        FailoverCause.LinkSplit => "its node is cut off from the others",
        FailoverCause.ProcessDeath => "a role of Truce dies on its node and doesn't come back",
        FailoverCause.CoordinatorDeath => "the coordinator on its node dies or hangs",
        FailoverCause.Move => "it is moved by an administrator",
        FailoverCause.Maintenance => "its node is put into standby",
    };
}
