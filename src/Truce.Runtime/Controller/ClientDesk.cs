using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>A call, for its answer.</summary>
/// <param name="Link">Where it came from.</param>
/// <param name="Id">The caller's own number for it.</param>
internal readonly record struct Asker(LinkId Link, string Id);

/// <summary>
/// Takes clients' calls: judges who may what, and hands questions, changes and agents' tools to a desk each.
/// </summary>
internal sealed class ClientDesk
{
    private readonly ControlMachine _control;
    private readonly Action<LinkId, ClientAnswer> _reply;
    private readonly ReadingDesk _reading;
    private readonly ChangeDesk _changes;
    private readonly ToolDesk _tools;

    public ClientDesk(
        ControllerOptions options, ControlMachine control, ConfigurationArchive archive, IEngine engine,
        Func<ImmutableArray<HoldStatus>> localHolds, Action<LinkId, ClientAnswer> reply)
    {
        (_control, _reply) = (control, reply);
        _reading = new ReadingDesk(options, control, archive, engine, localHolds, Answer);
        Tickets tickets = new(options.CallsMax);
        _changes = new ChangeDesk(control, tickets, Answer);
        _tools = new ToolDesk(options, control, tickets, Answer);
    }

    /// <summary>When a reader has waited long enough.</summary>
    public Instant? NextTimer => _reading.NextTimer;

    /// <summary>A call came; what control must be asked, if it is a change.</summary>
    public ControlInput.Wanted? Called(LinkId link, ClientCall call, Instant now)
    {
        Asker asker = new(link, call.Id);
        AccessRules access = new(_control.State?.Cib ?? Cib.Empty, CallerOf(call.Caller), _control.State?.At);
        if (Problem(call, access) is { } refused)
        {
            Answer(asker, refused);
            return null;
        }

        if (call.Request is ClientRequest.RunTool tool)
            return _tools.Run(asker, tool);
        return _reading.TryAnswer(asker, call.Request, access, now) ? null : _changes.Change(asker, call.Request, call.Caller.Name, access);
    }

    /// <summary>Who that is, for the rules of access.</summary>
    public static Caller CallerOf(ClientCaller caller) =>
        new(caller.Name, caller.Groups ?? [], caller.Privileged || caller.User == 0);

    /// <summary>Control's answer to a change.</summary>
    public void Answered(ClientTicket ticket, ControlAnswer answer)
    {
        // Whoever is told of a change must not be shown afterwards what was before it.
        _reading.Changed();
        if (!_tools.TryAnswer(ticket, answer))
            _changes.Answered(ticket, answer);
    }

    /// <summary>A wish that has to be told again; null: none.</summary>
    public ControlInput.Wanted? TakeAgain() => _tools.TakeAgain();

    /// <summary>Something may have happened that a reader waits for.</summary>
    public void StateChanged(Instant now)
    {
        _reading.Changed();
        _reading.Serve(now);
    }

    /// <summary>Time passed.</summary>
    public void TimePassed(Instant now) => _reading.Serve(now);

    /// <summary>A client is gone.</summary>
    public void Closed(LinkId link)
    {
        _reading.Closed(link);
        _changes.Closed(link);
        _tools.Closed(link);
    }

    private ClientReply.Refused? Problem(ClientCall call, AccessRules access)
    {
        if (call.Id.Length is 0 or > 128)
            return new ClientReply.Refused(RefusalKind.BadInput, "a call needs an id of 1 to 128 characters", []);
        // Not every client is the API role, which has looked already; the role
        // that decides trusts nobody's looking.
        if (call.Request is not (ClientRequest.Watch or ClientRequest.MayChange
                or ClientRequest.GetDeaths)
            && RequestRules.Problem(call.Request) is { } problem)
            return new ClientReply.Refused(RefusalKind.BadInput, problem, []);
        return Objection(call.Request, access) is { } objection
            ? new ClientReply.Refused(RefusalKind.Permission, objection, [])
            : null;
    }

    // Questions are for whoever is let to the socket; what they show of the configuration, its ACLs decide.
    private string? Objection(ClientRequest request, AccessRules access) => request switch
    {
        ClientRequest.GetConfiguration { Secrets: SecretsShown.Shown } => access.SecretsObjection(),
        ClientRequest.Greet or ClientRequest.Watch or ClientRequest.MayChange or ClientRequest.GetDeaths
            or ClientRequest.GetStatus or ClientRequest.GetConfiguration
            or ClientRequest.GetConfigurationHistory or ClientRequest.GetEvents or ClientRequest.GetFenceHistory
            or ClientRequest.ApplyConfiguration => null,
        ClientRequest.SetTransient set => access.AttributeObjection(new NodeId(set.Node), set.Name),
        ClientRequest.Cleanup cleanup => access.HistoryObjection(Members(cleanup.Resource), Named(cleanup.Node)),
        ClientRequest.Restart restart => access.HistoryObjection(Members(restart.Resource), Named(restart.Node)),
        ClientRequest.FenceNode or ClientRequest.ConfirmFenced or ClientRequest.ReleaseFencing
            or ClientRequest.ResyncNode or ClientRequest.TellFencePaths
            or ClientRequest.EndWait => access.FencingObjection(),
        ClientRequest.RunTool => access.ToolObjection(),
        ClientRequest.SetTicket set => access.TicketObjection(set.Ticket),
    };

    private ImmutableArray<ResourceId> Members(string? resource) => ChangeDesk.Members(_control.State, resource);

    private static NodeId? Named(string? node) => node is null ? null : new NodeId(node);

    private void Answer(Asker asker, ClientReply content) => _reply(asker.Link, new ClientAnswer(asker.Id, content));
}

/// <summary>Wishes that control has and hasn't answered: bounded, each under a ticket of its own.</summary>
/// <param name="waitingMax">How many may wait.</param>
internal sealed class Tickets(int waitingMax)
{
    private long _last;

    /// <summary>Wishes that wait.</summary>
    public int Waiting { get; set; }

    /// <summary>A new one; null: too many wait.</summary>
    public ClientTicket? Next() => Waiting >= waitingMax ? null : new ClientTicket(++_last);
}
