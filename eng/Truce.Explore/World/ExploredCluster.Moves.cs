using Truce.Model;

namespace Truce.Explore.World;

/// <summary>What can happen in a state.</summary>
internal sealed partial class ExploredCluster
{
    /// <summary>Every move, in an order that is always the same. Prompt ones come first.</summary>
    public List<Move> Moves()
    {
        List<Move> moves = [.. Prompt()];
        bool isCalm = moves.Count == 0;
        if (isCalm && NextNs() is { } next && next - _restlessNs <= _bounds.Horizon.Ticks * 100)
            moves.Add(new Move(MoveKind.Wait));
        moves.AddRange(Optional());
        if (FaultsLeft > 0)
        {
            moves.AddRange(Faults().Where(m => _bounds.Allows(m.Kind)));
            if (!isCalm && NextNs() is not null && _bounds.Allows(MoveKind.Late))
                moves.Add(new Move(MoveKind.Late));
        }

        return moves;
    }

    /// <summary>What is under way: happens before time goes on, in any order.</summary>
    public IEnumerable<Move> Prompt()
    {
        foreach (ExploredNode node in _nodes)
        {
            if (node.IsDue && !node.IsPaused && node.Control is not null)
                yield return new Move(MoveKind.Fire, node.Id);
            if (CanDeliver(node))
                yield return new Move(MoveKind.Deliver, node.Id);
            if (CanTellQuorum(node))
                yield return new Move(MoveKind.Quorum, node.Id);
            if (node.Plans.Count > 0 && !node.IsPaused)
                yield return new Move(MoveKind.Plan, node.Id);
            if (node is { StartsController: true, IsPowered: true })
                yield return new Move(MoveKind.Begin, node.Id);
            foreach (RunningOperation operation in node.Executor.Operations.Where(o => o.HasBegun))
                yield return new Move(MoveKind.End, node.Id, What(operation));
            foreach (RunningOperation shot in node.Fencer.Operations)
            {
                yield return new Move(
                    shot.SwitchedOff is null ? MoveKind.Switch : MoveKind.Confirm, node.Id,
                    shot.Asked.Meta["target"]);
            }
        }

        if (_reformDue)
            yield return new Move(MoveKind.Form);
    }

    private IEnumerable<Move> Optional()
    {
        foreach (ExploredNode node in _nodes)
        {
            if (!node.IsPowered && node.Boot < _bounds.Boots)
                yield return new Move(MoveKind.Boot, node.Id);
            if (node.IsPaused)
                yield return new Move(MoveKind.Thaw, node.Id);
        }

        if (_nodes.Any(n => n.Station.Side != 0))
            yield return new Move(MoveKind.Heal);
        foreach (LateShot shot in _lateShots.DistinctBy(s => s.Target))
            yield return new Move(MoveKind.SwitchLate, null, shot.Target.Value);
    }

    private IEnumerable<Move> Faults()
    {
        foreach (ExploredNode node in _nodes.Where(n => n.IsPowered))
        {
            yield return new Move(MoveKind.CutPower, node.Id);
            if (node.Control is not null)
                yield return new Move(MoveKind.KillController, node.Id);
            if (node is { Control: not null, IsPaused: false })
                yield return new Move(MoveKind.Pause, node.Id);
            yield return new Move(MoveKind.KillExecutor, node.Id);
            if (node.Fencer.Operations.Count > 0)
                yield return new Move(MoveKind.KillFencer, node.Id);
            foreach (Move fault in AgentFaults(node))
                yield return fault;
        }

        // Of two nodes either is apart from the other.
        foreach (ExploredNode node in _nodes.Skip(_nodes.Length == 2 ? 1 : 0))
        {
            if (_nodes.All(n => n.Station.Side == 0))
                yield return new Move(MoveKind.Split, node.Id);
        }

        foreach (string resource in _active.Keys.Where(r => !_stopsFail.Contains(r)))
            yield return new Move(MoveKind.StopsFail, null, resource);
    }

    private IEnumerable<Move> AgentFaults(ExploredNode node)
    {
        foreach (RunningOperation operation in node.Executor.Operations.Where(o => o.HasBegun))
        {
            yield return new Move(MoveKind.Fail, node.Id, What(operation));
            if (operation.Order.Operation == OperationNames.Start)
                yield return new Move(MoveKind.FailHalf, node.Id, What(operation));
        }

        foreach (RunningOperation shot in node.Fencer.Operations.Where(o => o.SwitchedOff is null))
            yield return new Move(MoveKind.DeviceFails, node.Id, shot.Asked.Meta["target"]);
        foreach (string resource in _active.Keys.Where(r => IsActive(node, r)
            && node.Executor.Recurring.Any(o => o.Resource.Value == r)))
            yield return new Move(MoveKind.Die, node.Id, resource);
    }
}
