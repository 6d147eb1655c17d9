using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Tools;

namespace Truce.Runtime.Controller;

/// <summary>
/// Runs the tools that agents call. What an agent wants, its own node's root wants; others may only ask.
/// </summary>
internal sealed class ToolDesk(
    ControllerOptions options, ControlMachine control, Tickets tickets, Action<Asker, ClientReply> answer)
{
    private const int TriesMax = 8;

    private readonly Dictionary<ClientTicket, Waiting> _waiting = [];
    private readonly Queue<ControlInput.Wanted> _again = [];

    /// <summary>A call; what control must be asked, if it changes something.</summary>
    public ControlInput.Wanted? Run(Asker asker, ClientRequest.RunTool call) => Run(asker, call, 1);

    /// <summary>Control's answer; false: to something else.</summary>
    public bool TryAnswer(ClientTicket ticket, ControlAnswer answer)
    {
        if (!_waiting.Remove(ticket, out Waiting? waiting))
            return false;
        tickets.Waiting--;
        // The configuration was changed in the meantime: repeat this on the new one.
        if (answer is ControlAnswer.Committed { Outcome: CommandOutcome.Refused { Reason: RefusalReason.Conflict } }
            && waiting.Tries < TriesMax)
        {
            if (Run(waiting.Asker, waiting.Call, waiting.Tries + 1) is { } wanted)
                _again.Enqueue(wanted);
        }
        else
            End(waiting, answer);
        return true;
    }

    /// <summary>A request that has to be repeated; null if there is none.</summary>
    public ControlInput.Wanted? TakeAgain() => _again.TryDequeue(out ControlInput.Wanted? wanted) ? wanted : null;

    /// <summary>A client is gone.</summary>
    public void Closed(LinkId link)
    {
        foreach (ClientTicket ticket in _waiting.Where(w => w.Value.Asker.Link == link).Select(w =>
            w.Key).ToList())
        {
            _waiting.Remove(ticket);
            tickets.Waiting--;
        }
    }

    private ControlInput.Wanted? Run(Asker asker, ClientRequest.RunTool call, int tries)
    {
        ToolOutcome outcome = control.State is { } state
            ? AgentTools.Run(
                new ToolCall(call.Tool, call.Arguments, call.Resource), new ToolContext(control, state, options.Node))
            : ToolOutcome.Fail(ToolCodes.NotConnected, $"{call.Tool}: this node has not joined the cluster: {control.Situation}");
        switch (outcome)
        {
            case ToolOutcome.Wished(var request, var output):
                if (tickets.Next() is not { } ticket)
                {
                    answer(asker, new ClientReply.Refused(RefusalKind.Busy, "too many changes are waiting to be committed", []));
                    return null;
                }

                tickets.Waiting++;
                _waiting[ticket] = new Waiting(asker, call, output, tries);
                return new ControlInput.Wanted(ticket, request);
            case ToolOutcome.Answered(var code, var said, var errors):
                answer(asker, new ClientReply.ToolEnded(code, said, errors));
                return null;
            default:
                throw new InvariantException($"a tool's outcome of an unknown kind: {outcome.GetType().Name}");
        }
    }

    private void End(Waiting waiting, ControlAnswer ended)
    {
        (int code, string error) = ended switch
        {
            ControlAnswer.Committed { Outcome: CommandOutcome.Done } => (ToolCodes.Ok, ""),
            ControlAnswer.Committed { Outcome: CommandOutcome.Refused refused } => (ToolCodes.Error, refused.Message),
            ControlAnswer.Committed => throw new InvariantException("an outcome of an unknown kind"),
            ControlAnswer.NotQuorate(var reason) => (ToolCodes.NotConnected, reason),
            ControlAnswer.Unknown(var reason) => (ToolCodes.TimedOut, reason),
        };
        answer(waiting.Asker, new ClientReply.ToolEnded(
            code, code == ToolCodes.Ok ? waiting.Output : "", error.Length == 0 ? "" : $"{waiting.Call.Tool}: {error}\n"));
    }

    private sealed record Waiting(Asker Asker, ClientRequest.RunTool Call, string Output, int Tries);
}
