namespace Truce.Model;

/// <summary>Why a resource had to be recovered, as far as a cluster can tell by itself.</summary>
public enum RecoveryCause
{
    /// <summary>A monitor found that it had failed.</summary>
    ResourceFailure,

    /// <summary>It had failed, and a start of it failed.</summary>
    StartFailure,

    /// <summary>It had failed, and its stop failed.</summary>
    StopFailure,

    /// <summary>Its node was no longer heard: dead, or cut off.</summary>
    NodeLost,

    /// <summary>The controller of its node was lost, while the node was heard.</summary>
    ControllerLost,

    /// <summary>As either of these, and the node was the coordinator.</summary>
    CoordinatorLost,
}

/// <summary>The causes as they are written.</summary>
public static class RecoveryCauses
{
    /// <summary>The word: that of the cause of <c>truce failover-time</c> whose bound holds for it.</summary>
    public static string Word(RecoveryCause cause) => cause switch
    {
        RecoveryCause.ResourceFailure => "resource-failure",
        RecoveryCause.StartFailure => "start-failure",
        RecoveryCause.StopFailure => "stop-failure",
        RecoveryCause.NodeLost => "node-death",
        RecoveryCause.ControllerLost => "process-death",
        RecoveryCause.CoordinatorLost => "coordinator-death",
    };
}
