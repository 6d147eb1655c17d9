using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What an agent's answer says about whether it could do anything at all.</summary>
public enum AgentAnswer
{
    /// <summary>It ran, well or not: it may have had any effect.</summary>
    Ran,

    /// <summary>It looked at its parameters or rights and declined. A shell's syntax error answers the same,
    /// so that this alone proves nothing; a start and a stop that both decline do.</summary>
    Declined,

    /// <summary>The agent, or what it runs, isn't there, can't be executed, or
    /// doesn't know the action.</summary>
    CouldNotRun,
}

/// <summary>
/// The rule by which an agent that was never able to start something never costs a node (promise S9), while
/// what did start and can't be stopped still does (S1 comes first). Pure; applied in one place, to results as
/// they are committed: recorded clusters and simulations on paper decide by the bare answers.
/// </summary>
public static class CannotRun
{
    /// <summary>Reads an answer.</summary>
    /// <param name="status">As <c>op-status</c> has it.</param>
    /// <param name="code">OCF exit code.</param>
    public static AgentAnswer Judge(int status, int code) => ((ExecutionStatus)status, (AgentExitCode)code) switch
    {
        (ExecutionStatus.NotInstalled or ExecutionStatus.NotSupported, _) => AgentAnswer.CouldNotRun,
        (ExecutionStatus.Done or ExecutionStatus.Error, AgentExitCode.NotInstalled or AgentExitCode.NotImplemented) =>
            AgentAnswer.CouldNotRun,
        // Of the executor, not of the agent: the file can't be executed, or the name is no agent's.
        (ExecutionStatus.Error, AgentExitCode.InsufficientPrivileges or AgentExitCode.NotConfigured) => AgentAnswer.CouldNotRun,
        (ExecutionStatus.Done,
            AgentExitCode.InvalidParameters or AgentExitCode.InsufficientPrivileges or AgentExitCode.NotConfigured) =>
            AgentAnswer.Declined,
        _ => AgentAnswer.Ran, // Numbers that nobody knows included: an agent may exit with any.
    };

    /// <summary>How a result is interpreted.</summary>
    /// <param name="result">As reported.</param>
    /// <param name="started">What may have been started of it there; null: nothing.</param>
    public static ResultMeaning Of(OperationResult result, StartedAs? started)
    {
        AgentAnswer answer = Judge(result.Status, result.Code);
        return (result.Operation, result.IntervalMs, answer, started) switch
        {
            (OperationNames.Stop, _, AgentAnswer.CouldNotRun or AgentAnswer.Declined, null) =>
                ResultMeaning.NothingToStop,
            (OperationNames.Start or OperationNames.Monitor, 0, AgentAnswer.CouldNotRun, null) =>
                ResultMeaning.NeverStarted,
            // Its agent can't look, but did start it: "not installed" would read as stopped.
            (OperationNames.Monitor, 0, AgentAnswer.CouldNotRun, not null) => ResultMeaning.MayStillRun,
            // Pacemaker reads "not running"; but it may have been started with other parameters.
            (OperationNames.Monitor, 0, AgentAnswer.Declined, _)
                when result.Code == (int)AgentExitCode.InvalidParameters => ResultMeaning.ProvesNothing,
            _ => ResultMeaning.Plain,
        };
    }

    /// <summary>The sentence for people: what can't run where, and why.</summary>
    public static string Words(ResourceId resource, NodeId node, AgentName agent, int status, int code) =>
        $"{resource} can't run on {node}: " + ((ExecutionStatus)status, (AgentExitCode)code) switch
        {
            (ExecutionStatus.NotInstalled, _) => $"agent {agent} isn't installed",
            (ExecutionStatus.NotSupported, _) or (_, AgentExitCode.NotImplemented) => $"agent {agent} doesn't support the action",
            (ExecutionStatus.Error, AgentExitCode.InsufficientPrivileges) => $"agent {agent} can't be executed",
            (ExecutionStatus.Error, AgentExitCode.NotConfigured) => $"there is no agent {agent}",
            (_, AgentExitCode.NotInstalled) => $"agent {agent} reports that a required program isn't installed",
            _ => $"agent {agent} returned \"{OutcomeWords.Of((ExecutionStatus)status, code)}\"",
        };
}

/// <summary>How a result is interpreted.</summary>
public enum ResultMeaning
{
    /// <summary>What it says.</summary>
    Plain,

    /// <summary>A start or a look that couldn't run where nothing was started: stopped
    /// there, and can't run there.</summary>
    NeverStarted,

    /// <summary>A stop that couldn't run where nothing was started: there is nothing to stop.</summary>
    NothingToStop,

    /// <summary>A look that couldn't run where something was started: it may still run.</summary>
    MayStillRun,

    /// <summary>A look that declined its parameters: whatever was started with others is still to be
    /// stopped.</summary>
    ProvesNothing,
}
