using System.Text;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>
/// The supervisors' own engine group: apart from the controllers' group, so that a controller's
/// death can be distinguished from its node's. Each reports the state of its controller, to every
/// new member and whenever it changes; the others' reports are passed to the local controller. A
/// word is <c>1 STATE</c> (version, state).
/// </summary>
internal sealed class SupervisorGroup(IEngine engine, Action<SupervisorMessage> tellController)
{
    private const string Version = "1";
    private readonly SortedDictionary<NodeId, string> _peers = [];
    private string? _unsent;

    public void Say(string controllerState)
    {
        byte[] word = Encoding.UTF8.GetBytes($"{Version} {controllerState}");
        _unsent = engine.TrySend(word) == SendResult.Sent ? null : controllerState;
    }

    /// <summary>Everything known, for a controller that has just come up.</summary>
    public void TellAll()
    {
        foreach ((NodeId node, string state) in _peers)
            tellController(new SupervisorMessage.PeerState(node.Value, true, state));
    }

    public void Take(EngineEvent told, string controllerState)
    {
        switch (told)
        {
            case EngineEvent.View view:
                TakeView(view, controllerState);
                break;
            case EngineEvent.Delivered(var sender, var payload):
                TakeWord(sender.Node, Encoding.UTF8.GetString(payload.Span));
                break;
            case EngineEvent.Writable:
                if (_unsent is not null)
                    Say(controllerState);
                break;
            case EngineEvent.Died:
                foreach (NodeId node in _peers.Keys.ToList())
                    Gone(node);
                break;
            case EngineEvent.Quorum:
                break;
        }
    }

    private void TakeView(EngineEvent.View view, string controllerState)
    {
        HashSet<NodeId> present = [.. view.Members.Select(m => m.Node).Where(n => n != engine.Self.Node)];
        foreach (NodeId gone in _peers.Keys.Where(n => !present.Contains(n)).ToList())
            Gone(gone);
        foreach (NodeId node in present.Where(n => !_peers.ContainsKey(n)).Order())
            Tell(node, "");
        if (view.Joined.Length > 0)
            Say(controllerState);
    }

    private void TakeWord(NodeId node, string word)
    {
        if (node != engine.Self.Node && word.Split(' ') is [Version, var state])
            Tell(node, state);
    }

    private void Tell(NodeId node, string state)
    {
        _peers[node] = state;
        tellController(new SupervisorMessage.PeerState(node.Value, true, state));
    }

    private void Gone(NodeId node)
    {
        _peers.Remove(node);
        tellController(new SupervisorMessage.PeerState(node.Value, false, ""));
    }
}
