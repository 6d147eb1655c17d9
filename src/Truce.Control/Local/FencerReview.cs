using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// After each inventory of the fencer: which of this node's fence devices the state considers running,
/// but the fencer doesn't have (it is a new fencer, or its link was down). A device that isn't
/// monitored would otherwise go unnoticed.
/// </summary>
internal sealed class FencerReview
{
    private const string Restarted = "the fencer doesn't have it any more";

    private readonly HashSet<string> _sentSince = new(StringComparer.Ordinal);
    private ImmutableHashSet<string>? _has;

    /// <summary>The fencer has sent its inventory.</summary>
    public void Begin(ExecutorInventory inventory)
    {
        // A recurring operation has to be running: a result that isn't known
        // yet doesn't prove that it still is.
        _has = [.. inventory.Running, .. inventory.Unreported.Where(r => r.Result.IntervalMs == 0).Select(r => r.Result.OperationId)];
        _sentSince.Clear();
    }

    /// <summary>An order went to the fencer: it may have arrived after the inventory was made.</summary>
    public void Sent(Order order)
    {
        if (_has is not null)
            _sentSince.Add(order.OperationId);
    }

    /// <summary>What is lost, once after each inventory, as soon as this node is a member.</summary>
    public ImmutableArray<OperationResult> Lost(
        ReplicatedState state, ControlIdentity self, DateTimeOffset at, Func<int> nextCall)
    {
        if (_has is not { } has || state.Member(self.Node) is not { Phase: MemberPhase.Joined } member
            || member.ControllerSession != self.Session)
        {
            return [];
        }

        _has = null;
        bool IsLost(string operationId) => !has.Contains(operationId) && !_sentSince.Contains(operationId);
        ImmutableArray<OperationResult> ordered =
        [
            .. state.Pending.Values.Where(o => o.Node == self.Node && o.Agent?.Class == AgentName.Stonith
                && !o.IsHeld && IsLost(o.OperationId))
                .Select(o => OperationResult.Of(
                    o, ExecutionStatus.NotConnected, AgentExitCode.Error, Restarted, nextCall(), at)),
        ];
        return [.. ordered, .. Watched(state, member, IsLost, at, nextCall)
            .Where(w => ordered.All(o => o.OperationId != w.OperationId))];
    }

    private static IEnumerable<OperationResult> Watched(
        ReplicatedState state, MemberState member, Func<string, bool> isLost, DateTimeOffset at, Func<int> nextCall) =>
        from history in HistoryReading.Of(state.Cib.Status, member.Uuid)
        where history.Class == AgentName.Stonith
        from record in history.Operations
        where HistoryReading.IsMonitor(record) && record.OpStatus == (int)ExecutionStatus.Done
            && record.RcCode == (int)AgentExitCode.Ok
        let id = OperationKeys.OperationIdOf(record.TransitionKey ?? "")
        where isLost(id)
        select NotConnected(history, record, id, nextCall(), at);

    private static OperationResult NotConnected(
        ResourceHistory history, OperationRecord record, string id, int call, DateTimeOffset at) => new()
        {
            OperationId = id,
            Resource = history.Id,
            Agent = new AgentName(AgentName.Stonith, history.Provider, history.Type ?? ""),
            Operation = record.Operation,
            IntervalMs = record.IntervalMs,
            CallId = call,
            Status = (int)ExecutionStatus.NotConnected,
            Code = (int)AgentExitCode.Error,
            ExpectedCode = (int)AgentExitCode.Ok,
            ExitReason = Restarted,
            Output = "",
            TransitionKey = record.TransitionKey ?? "",
            Digest = record.OpDigest ?? "",
            RanAt = at.ToUnixTimeSeconds(),
            ChangedAt = at.ToUnixTimeSeconds(),
            ExecutionMs = 0,
            QueueMs = 0,
        };
}
