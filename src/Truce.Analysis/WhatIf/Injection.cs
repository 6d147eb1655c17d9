using Truce.Analysis.Execution;
using Truce.Model;

namespace Truce.Analysis.WhatIf;

/// <summary>Records an operation that is supposed to have run.</summary>
internal static class Injection
{
    /// <summary>Applies it, and adds the fail count that a failure raises to
    /// <paramref name="steps"/>.</summary>
    public static Cib Apply(
        Cib cib, OperationSpec spec, DateTimeOffset now, TextWriter output, List<PaperStep> steps)
    {
        if (ConfiguredAgent.Find(cib, spec.Resource) is not { } agent)
        {
            output.Write($"Invalid resource name: {spec.Resource}\n");
            return cib;
        }

        StatusDraft draft = new(cib);
        NodeDraft node = draft.Demand(spec.Node, null, remote: false);
        bool failed = spec.ExitCode != TargetOf(spec);
        Record(node, agent, spec, now, failed);
        if (failed)
            FailureCount.Raise(node, spec.Resource.Value, spec.Operation, spec.IntervalMs, now, steps);
        return draft.ToCib();
    }

    private static int TargetOf(OperationSpec spec) =>
        spec is { Operation: OperationNames.Monitor, IntervalMs: 0, ExitCode: (int)AgentExitCode.NotRunning }
            ? spec.ExitCode : 0;

    private static void Record(
        NodeDraft node, ConfiguredAgent agent, OperationSpec spec, DateTimeOffset now, bool failed)
    {
        ResourceHistory empty = new(spec.Resource) { Class = agent.Class, Provider = agent.Provider, Type = agent.Type };
        OperationRecord? made = null;
        if (failed)
        {
            node.Record(empty, call =>
                made = Make(spec, call, now, failed) with { Id = HistoryReading.FailureId(spec.Resource) });
            if (spec.IntervalMs == 0)
                node.RecordAlso(spec.Resource, InPlace(node, spec, made!));
        }
        else
        {
            node.Record(empty, call => InPlace(node, spec, Make(spec, call, now, failed)));
        }
    }

    // It ran with the parameters of the one before it: an injected result changes no definition.
    private static OperationRecord InPlace(NodeDraft node, OperationSpec spec, OperationRecord made)
    {
        string id = HistoryReading.RecordId(spec.Resource, spec.Operation, spec.IntervalMs);
        return node.Find(spec.Resource, id) is { } before
            ? before with
            {
                Operation = made.Operation,
                OperationKey = made.OperationKey,
                IntervalMs = made.IntervalMs,
                CallId = made.CallId,
                OpStatus = made.OpStatus,
                RcCode = made.RcCode,
                LastRcChange = made.LastRcChange,
                ExecTimeMs = made.ExecTimeMs,
                QueueTimeMs = made.QueueTimeMs,
                TransitionKey = made.TransitionKey,
                TransitionMagic = made.TransitionMagic,
                CrmDebugOrigin = made.CrmDebugOrigin,
                ExitReason = made.ExitReason,
            }
            : made with { Id = id };
    }

    private static OperationRecord Make(OperationSpec spec, int call, DateTimeOffset now, bool failed) =>
        OperationRecords.Make(
            spec.Resource, spec.Operation, spec.IntervalMs, TargetOf(spec), spec.ExitCode, call, now)
        with { ExitReason = failed ? "Simulated action result" : "" };
}
