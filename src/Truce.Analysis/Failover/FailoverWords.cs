using System.Globalization;

namespace Truce.Analysis.Failover;

/// <summary>Bounds in words.</summary>
public static class FailoverWords
{
    /// <summary>A time: <c>130 s</c>, <c>2.34 s</c>, <c>50 ms</c>.</summary>
    public static string Time(long ms) => ms is > 0 and < 1_000
        ? string.Create(CultureInfo.InvariantCulture, $"{ms} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(ms / 1000.0, 2):0.##} s");

    /// <summary>Worst by usual: <c>10</c>; a dash where nothing is usual.</summary>
    public static string Ratio(FailoverBound bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        return bound is { WorstMs: > 0, UsualMs: > 0 }
            ? (bound.WorstMs.Value / (double)bound.UsualMs.Value).ToString("0.#",
                CultureInfo.InvariantCulture)
            : "-";
    }

    /// <summary>One sentence that can stand in a contract.</summary>
    public static string Sentence(FailoverBound bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        string when = FailoverCauses.When(bound.Cause);
        return bound.Verdict switch
        {
            FailoverVerdict.Unbounded(var why) =>
                $"When {when}, no time can be promised for {bound.Resource}: {why}.",
            FailoverVerdict.Unaffected(var why) => $"When {when}, {bound.Resource} stays available: {why}.",
            FailoverVerdict.Bounded =>
                $"When {when}, {bound.Resource} is available again within {Time(bound.PromisedMs!.Value)}"
                + $" ({Time(bound.WorstMs!.Value)} as configured and {Time(bound.DecisionMs)} for the cluster's own work)"
                + $", provided that nothing else fails meanwhile{Proviso(bound.Cause)}; {Usual(bound)}.",
        };
    }

    /// <summary>What a term's usual time rests on, behind its setting; empty where it was only assumed, or
    /// follows from settings.</summary>
    public static string Basis(FailoverTerm term)
    {
        ArgumentNullException.ThrowIfNull(term);
        return term.Basis switch
        {
            UsualBasis.Configured or UsualBasis.Assumed => "",
            UsualBasis.Tested => "; usual by a test of the agent",
            UsualBasis.Recorded => "; usual by its last run",
            UsualBasis.Measured => term.Runs == 1 ? "; usual by 1 run" : $"; usual by {term.Runs} runs",
        };
    }

    /// <summary>What a second less of an addend buys, and costs.</summary>
    public static string Worth(FailoverTermKind kind) => kind switch
    {
        FailoverTermKind.MonitorInterval =>
            "each second less detects a failure a second sooner at worst, half a second usually, but the agent runs more often",
        FailoverTermKind.MonitorTimeout =>
            "each second less ends a hung monitor a second sooner; below its slowest genuine answer, a healthy service is restarted",
        FailoverTermKind.Stop =>
            "each second less ends a hung stop a second sooner; below the longest successful stop, the node is fenced",
        FailoverTermKind.Start =>
            "each second less ends a hung start a second sooner; below the longest successful start, the service never comes up",
        FailoverTermKind.Migrate =>
            "each second less ends a hung migration a second sooner; the resource is then stopped and started",
        FailoverTermKind.OtherOperation => "each second less ends a hung operation a second sooner",
        FailoverTermKind.Membership =>
            "each second less declares a dead node dead a second sooner, but also a node that merely pauses for that long",
        FailoverTermKind.QuorumDevice =>
            "each second less stops waiting for the quorum device a second sooner; without its vote quorum may be lost",
        FailoverTermKind.Patience => "it is fixed in Truce, and can't be configured",
        FailoverTermKind.FenceDelay =>
            "each second less starts recovery a second sooner; the delay keeps two nodes from shooting each other",
        FailoverTermKind.Fence =>
            "each second less tries the next device, or reports failure, a second sooner; below the device's slowest genuine answer, no fencing succeeds",
        FailoverTermKind.Queue => "fewer resources on one node, or more operations at once, shorten it",
        FailoverTermKind.Wait =>
            "shorter timeouts of the resources that move at the same time shorten it; a resource-stickiness keeps them where they are",
        FailoverTermKind.Return =>
            "fencing with off instead of reboot avoids it, and so does a node that boots more slowly than its services recover",
    };

    private static string Usual(FailoverBound bound) =>
        bound.UsualMs == 0 ? "usually it isn't interrupted at all"
            : $"usually it takes {Time(bound.UsualMs!.Value)}";

    private static string Proviso(FailoverCause cause) => cause switch
    {
        FailoverCause.ResourceFailure or FailoverCause.NodeDeath or FailoverCause.LinkSplit or FailoverCause.ProcessDeath
            or FailoverCause.CoordinatorDeath or FailoverCause.Move or FailoverCause.Maintenance =>
                " and every operation succeeds within its timeout",
        FailoverCause.StartFailure => " and the last start succeeds within its timeout",
        FailoverCause.StopFailure => " but the stop that fails",
    };
}
