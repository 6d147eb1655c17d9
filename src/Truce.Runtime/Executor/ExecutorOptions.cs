using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>Start parameters of an executor (or, with fence agents, a fencer).</summary>
/// <param name="Kind">Whose agents it runs.</param>
/// <param name="Session">This life of the executor.</param>
/// <param name="Incarnation">This boot of the node: what an earlier one recorded is history.</param>
public sealed record ExecutorOptions(AgentKind Kind, string Session, string Incarnation)
{
    /// <summary>Operations that run at once; others wait. Twice the processors, as
    /// Pacemaker's node-action-limit.</summary>
    public int RunningMax { get; init; } = 8;

    /// <summary>Operations that wait; more are refused.</summary>
    public int WaitingMax { get; init; } = 4096;

    /// <summary>Results kept for a controller that hasn't acknowledged them; beyond, the oldest go.</summary>
    public int ResultsMax { get; init; } = 4096;

    /// <summary>Ids of finished operations remembered, so that a repeated order isn't run twice.</summary>
    public int RememberedMax { get; init; } = 4096;

    /// <summary>How often what an earlier executor left, and couldn't be
    /// killed, is looked for again.</summary>
    public TimeSpan SweepsEvery { get; init; } = TimeSpan.FromSeconds(1);
}
