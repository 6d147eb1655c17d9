using Truce.Model;

namespace Truce.Control;

/// <summary>The cluster options that control itself reads (the scheduler reads the rest), newer name first.</summary>
public static class ControlOptions
{
    private const string QuorumPolicy = "no-quorum-policy";

    /// <summary>Whether lost nodes are fenced at all.</summary>
    public static bool FencingEnabled(Cib cib) =>
        CibBoolean.Parse(Value(cib, "fencing-enabled") ?? Value(cib, "stonith-enabled")) ?? true;

    /// <summary>Whether a lost node's resources may start elsewhere unfenced: the operator accepts damage.</summary>
    public static bool AcceptsDamage(Cib cib) => Value(cib, "truce-unfenced-recovery") == "accept-damage";

    /// <summary>Whether a partition without quorum goes on as if it had it.</summary>
    public static bool IgnoresQuorum(Cib cib) => Value(cib, QuorumPolicy) == "ignore";

    /// <summary>Whether a node that loses quorum resets itself.</summary>
    public static bool PanicsWithoutQuorum(Cib cib) => FencingEnabled(cib) && Value(cib, QuorumPolicy) is "suicide" or "fence";

    /// <summary>How often fencing is tried.</summary>
    public static int? FencingAttempts(Cib cib) =>
        Numbers.ParseInt(Value(cib, "fencing-max-attempts") ?? Value(cib, "stonith-max-attempts"));

    /// <summary>How long one device may take, unless it has a limit of its own.</summary>
    public static TimeSpan FencingTimeout(Cib cib) =>
        Time(Value(cib, "fencing-timeout") ?? Value(cib, "stonith-timeout")) ?? TimeSpan.FromSeconds(60);

    /// <summary>What is meant by fencing where nothing else is said.</summary>
    public static string FencingAction(Cib cib) =>
        (Value(cib, "fencing-action") ?? Value(cib, "stonith-action")) is "off" or "poweroff" ? "off" : "reboot";

    /// <summary>Whether a failed start weighs infinitely.</summary>
    public static bool StartFailureIsFatal(Cib cib) => CibBoolean.Parse(Value(cib, "start-failure-is-fatal")) ?? true;

    /// <summary>How often to plan anew although nothing happened.</summary>
    public static TimeSpan RecheckInterval(Cib cib) =>
        Time(Value(cib, "cluster-recheck-interval")) ?? TimeSpan.FromMinutes(15);

    /// <summary>What a result may take beyond the operation's own time-out.</summary>
    public static TimeSpan ClusterDelay(Cib cib) => Time(Value(cib, "cluster-delay")) ?? TimeSpan.FromSeconds(60);

    /// <summary>How long a cold start waits for configured nodes.</summary>
    public static TimeSpan StartDelay(Cib cib) => Time(Value(cib, "dc-deadtime")) ?? TimeSpan.FromSeconds(20);

    /// <summary>An option's value, rules not looked at: the first set that has it.</summary>
    public static string? Value(Cib cib, string name)
    {
        foreach (AttributeSet set in cib.Configuration.ClusterProperties)
        {
            int at = set.Pairs.FindIndex(p => p.Name == name);
            if (at >= 0)
                return set.Pairs[at].Value;
        }

        return null;
    }

    private static TimeSpan? Time(string? text) =>
        Interval.ParseMilliseconds(text) is { } ms ? TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue)) : null;
}
