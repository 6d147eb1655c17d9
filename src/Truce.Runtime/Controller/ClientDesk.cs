using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;
using Truce.Ports;
using Truce.Runtime.Tools;

namespace Truce.Runtime.Controller;

/// <summary>
/// Answers clients: questions from this node's copy at once, changes once they are committed or refused.
/// </summary>
internal sealed class ClientDesk(
    ControllerOptions options, ControlMachine control, ConfigurationArchive archive, IEngine engine,
    Action<LinkId, ClientAnswer> reply)
{
    private const int WaitMaxMs = 30_000;
    private const int ToolTriesMax = 8;
    private readonly Dictionary<string, (LinkId Link, string Id, ImmutableArray<InputFinding> Findings)> _changes = [];
    private readonly Dictionary<string, (ClientRequest.RunTool Call, string Output, int Tries)> _tools = [];
    private readonly Queue<ControlInput.Wanted> _again = [];
    private readonly List<WaitingReader> _readers = [];
    private long _tickets;

    /// <summary>When a reader has waited long enough.</summary>
    public Instant? NextTimer => _readers.Count == 0 ? null : _readers.Min(r => r.Until);

    /// <summary>A call came; what control must be asked, if it is a change.</summary>
    public ControlInput.Wanted? Called(LinkId link, ClientCall call, Instant now)
    {
        string by = call.Caller.Name;
        if (call.Id.Length is 0 or > 128)
        {
            Refuse(link, call.Id, RefusalKind.BadInput, "a call needs an id of 1 to 128 characters");
            return null;
        }

        AccessRules access = Access(call.Caller);
        if (Objection(call.Request, access) is { } objection)
        {
            Refuse(link, call.Id, RefusalKind.Permission, objection);
            return null;
        }

        switch (call.Request)
        {
            case ClientRequest.Greet(var version):
                Answer(link, call.Id, new ClientReply.Greeting(
                    Math.Min(version, ClientProtocol.Version), options.Node.Value, options.Session, options.Incarnation));
                return null;
            case ClientRequest.GetStatus:
                Answer(link, call.Id, new ClientReply.Status(StatusView.Make(control, engine.Links)));
                return null;
            case ClientRequest.GetConfiguration get:
                Configuration(link, call.Id, get, access);
                return null;
            case ClientRequest.GetConfigurationHistory:
                Answer(link, call.Id, StatusView.ConfigurationHistory(control.State));
                return null;
            case ClientRequest.GetEvents get:
                Events(link, call.Id, get, now);
                return null;
            case ClientRequest.GetFenceHistory:
                Answer(link, call.Id, StatusView.FenceHistory(control.State));
                return null;
            case ClientRequest.ApplyConfiguration apply:
                return Apply(link, call.Id, apply, by, access);
            case ClientRequest.SetTransient set:
                return Want(link, call.Id, new Command.SetTransient(new NodeId(set.Node), set.Name, set.Value));
            case ClientRequest.Cleanup cleanup:
                return Cleanup(link, call.Id, cleanup);
            case ClientRequest.Restart restart:
                return Restart(link, call.Id, restart, by);
            case ClientRequest.ReleaseFencing release:
                return Want(link, call.Id, new Command.FenceReleased(new NodeId(release.Node), by, release.Reason));
            case ClientRequest.ResyncNode resync:
                return Want(link, call.Id, new Command.StateGivenUp(new NodeId(resync.Node), by, resync.Reason));
            case ClientRequest.FenceNode fence:
                return Fence(link, call.Id, fence, by);
            case ClientRequest.ConfirmFenced confirm:
                return Want(link, call.Id, new Command.FenceConfirmed(new NodeId(confirm.Node), by, confirm.Reason));
            case ClientRequest.RunTool tool:
                return RunTool(link, call.Id, tool, 1);
            case ClientRequest.SetTicket set:
                return Want(link, call.Id, new Command.SetTicket(set.Ticket, set.Granted, set.Standby));
            default:
                throw new InvariantException($"a request of an unknown kind: {call.Request.GetType().Name}");
        }
    }

    /// <summary>Control's answer to a change.</summary>
    public void Answered(string ticket, ControlAnswer answer)
    {
        if (!_changes.Remove(ticket, out (LinkId Link, string Id, ImmutableArray<InputFinding> Findings) change))
            return;
        if (_tools.Remove(ticket, out (ClientRequest.RunTool Call, string Output, int Tries) tool))
        {
            ToolAnswered(change.Link, change.Id, tool, answer);
            return;
        }

        ClientReply content = answer switch
        {
            ControlAnswer.Committed committed => Committed(committed, change.Findings),
            ControlAnswer.NotQuorate(var reason) => new ClientReply.Refused(
                control.Mode is ViewMode.Minority ? RefusalKind.NoQuorum : RefusalKind.NotReady, reason, []),
            ControlAnswer.Unknown(var reason) => new ClientReply.Refused(RefusalKind.TimedOut, reason, []),
        };
        Answer(change.Link, change.Id, content);
    }

    /// <summary>Something may have happened that a reader waits for.</summary>
    public void StateChanged(Instant now)
    {
        if (_readers.Count > 0)
            ServeReaders(now);
    }

    /// <summary>Time passed.</summary>
    public void TimePassed(Instant now) => ServeReaders(now);

    /// <summary>A client is gone.</summary>
    public void Closed(LinkId link)
    {
        _readers.RemoveAll(r => r.Link == link);
        foreach (string ticket in _changes.Where(c => c.Value.Link == link).Select(c => c.Key).ToList())
        {
            _changes.Remove(ticket);
            _tools.Remove(ticket);
        }
    }

    private static ClientReply Committed(ControlAnswer.Committed committed, ImmutableArray<InputFinding> findings) =>
        committed.Outcome switch
        {
            CommandOutcome.Done(var subject) => new ClientReply.Done(
                committed.Index, committed.ConfigurationVersion, subject, findings),
            CommandOutcome.Refused(var reason, var message) => new ClientReply.Refused(Kind(reason), message, []),
        };

    private static RefusalKind Kind(RefusalReason reason) => reason switch
    {
        RefusalReason.Conflict => RefusalKind.Conflict,
        RefusalReason.BadInput => RefusalKind.BadInput,
        RefusalReason.Guard => RefusalKind.Guard,
        RefusalReason.Stale => RefusalKind.Conflict,
    };

    private void Configuration(LinkId link, string id, ClientRequest.GetConfiguration get, AccessRules access)
    {
        if (control.State is not { } state)
            Refuse(link, id, RefusalKind.NotReady, $"no configuration yet: {control.Situation}");
        else if (get.Version is { } version && version != state.Configuration.Version)
            Earlier(link, id, version, state, get, access);
        else
            Answer(link, id, StatusView.Configuration(state, get, access));
    }

    private void Earlier(
        LinkId link, string id, long version, ReplicatedState state, ClientRequest.GetConfiguration get, AccessRules access)
    {
        ConfigurationVersion? known = state.Versions.FirstOrDefault(v => v.Version == version);
        if (known is null)
            Refuse(link, id, RefusalKind.BadInput, $"version {version} isn't in the history: truce config history");
        else if (archive.Find(known) is not { } cib)
            Refuse(link, id, RefusalKind.BadInput, $"this node wasn't there when version {version} was made, or keeps it no longer; ask another (--node)");
        else
            Answer(link, id, new ClientReply.Configuration(version, StatusView.Text(cib, get, access)));
    }

    private AccessRules Access(ClientCaller caller) => new(
        control.State?.Cib ?? Cib.Empty,
        new Caller(caller.Name, caller.Groups ?? [], caller.Privileged || caller.User == 0),
        control.State?.At);

    // Questions are for whoever is let to the socket; what they show of the configuration, its ACLs decide.
    private string? Objection(ClientRequest request, AccessRules access) => request switch
    {
        ClientRequest.GetConfiguration { Secrets: SecretsShown.Shown } => access.SecretsObjection(),
        ClientRequest.Greet or ClientRequest.GetStatus or ClientRequest.GetConfiguration
            or ClientRequest.GetConfigurationHistory or ClientRequest.GetEvents or ClientRequest.GetFenceHistory
            or ClientRequest.ApplyConfiguration => null,
        ClientRequest.SetTransient set => access.AttributeObjection(new NodeId(set.Node), set.Name),
        ClientRequest.Cleanup cleanup => access.HistoryObjection(Members(cleanup.Resource), Named(cleanup.Node)),
        ClientRequest.Restart restart => access.HistoryObjection(Members(restart.Resource), Named(restart.Node)),
        ClientRequest.FenceNode or ClientRequest.ConfirmFenced or ClientRequest.ReleaseFencing
            or ClientRequest.ResyncNode => access.FencingObjection(),
        ClientRequest.RunTool => access.ToolObjection(),
        ClientRequest.SetTicket set => access.TicketObjection(set.Ticket),
    };

    private static NodeId? Named(string? node) => node is null ? null : new NodeId(node);

    private ImmutableArray<ResourceId> Members(string? resource) => resource is null
        ? []
        : control.State is { } state && StatusView.PrimitivesOf(state.Cib.Configuration, resource) is { Length: > 0 } members
            ? members
            : [new ResourceId(resource)];

    private void Events(LinkId link, string id, ClientRequest.GetEvents get, Instant now)
    {
        WaitingReader reader = new(
            link, id, get.After, Math.Clamp(get.Limit, 1, 1_000),
            now.Plus(TimeSpan.FromMilliseconds(Math.Clamp(get.WaitMs, 0, WaitMaxMs))));
        if (_readers.Count >= options.CallsMax)
            Refuse(link, id, RefusalKind.Busy, "too many readers wait for events");
        else
            _readers.Add(reader);
        ServeReaders(now);
    }

    private void ServeReaders(Instant now)
    {
        foreach (WaitingReader reader in _readers.ToList())
        {
            ClientReply.Events events = StatusView.Events(control.State, reader.After, reader.Limit);
            if (events.Items.Length == 0 && reader.Until.CompareTo(now) > 0)
                continue;
            _readers.Remove(reader);
            Answer(reader.Link, reader.Id, events);
        }
    }

    private ControlInput.Wanted? Apply(LinkId link, string id, ClientRequest.ApplyConfiguration apply, string by, AccessRules access)
    {
        CibReadResult read = CibReader.Parse(apply.Xml, "configuration");
        ImmutableArray<InputFinding> findings = [.. read.Findings.Select(StatusView.Finding)];
        switch (read)
        {
            case CibReadResult.Refused:
                Answer(link, id, new ClientReply.Refused(RefusalKind.BadInput, "the configuration is refused", findings));
                return null;
            case CibReadResult.Accepted accepted when Unmask(accepted.Cib) is { Unknown: [var place, ..] }:
                Refuse(link, id, RefusalKind.BadInput, $"{place} is {SecretNames.Mask}, and hides no secret that is there now; do: write the secret, or where it lies (secret-file:/PATH)");
                return null;
            case CibReadResult.Accepted when apply.CheckOnly:
                Answer(link, id, new ClientReply.Done(0, control.State?.Configuration.Version ?? 0, "", findings));
                return null;
            case CibReadResult.Accepted accepted when access.ChangeObjection(Unmasked(accepted.Cib)) is { } objection:
                Refuse(link, id, RefusalKind.Permission, objection);
                return null;
            case CibReadResult.Accepted accepted:
                string xml = CibWriter.Write(Unmasked(accepted.Cib) with { Status = ClusterStatus.Empty });
                // What a mask hid is that of the present version: a secret that changes meanwhile must not come back.
                long? on = apply.ExpectedVersion ?? (Unmask(accepted.Cib).Restored > 0 ? control.State?.Configuration.Version : null);
                return Want(link, id, new Command.ChangeConfiguration(xml, on, null, by, apply.Comment), findings);
            default:
                throw new InvariantException($"a reading of an unknown kind: {read.GetType().Name}");
        }
    }

    private Unmasking Unmask(Cib proposed) =>
        SecretNames.Unmask(proposed.Configuration, control.State?.Cib.Configuration ?? Truce.Model.Configuration.Empty);

    private Cib Unmasked(Cib proposed) => proposed with { Configuration = Unmask(proposed).Configuration };

    // What an agent wants, its own node's root wants; others may only ask.
    private ControlInput.Wanted? RunTool(LinkId link, string id, ClientRequest.RunTool call, int tries)
    {
        ToolOutcome outcome = control.State is { } state
            ? AgentTools.Run(
                new ToolCall(call.Tool, call.Arguments, call.Resource), new ToolContext(control, state, options.Node))
            : ToolOutcome.Fail(ToolCodes.NotConnected, $"{call.Tool}: this node has not joined the cluster: {control.Situation}");
        switch (outcome)
        {
            case ToolOutcome.Wished(var request, var output):
                if (Want(link, id, request, []) is not { } wanted)
                    return null;
                _tools[wanted.Ticket] = (call, output, tries);
                return wanted;
            case ToolOutcome.Answered(var code, var said, var errors):
                Answer(link, id, new ClientReply.ToolEnded(code, said, errors));
                return null;
            default:
                throw new InvariantException($"a tool's outcome of an unknown kind: {outcome.GetType().Name}");
        }
    }

    private void ToolAnswered(
        LinkId link, string id, (ClientRequest.RunTool Call, string Output, int Tries) tool, ControlAnswer answer)
    {
        // Somebody else changed the configuration meanwhile: the same on theirs.
        if (answer is ControlAnswer.Committed { Outcome: CommandOutcome.Refused { Reason: RefusalReason.Conflict } }
            && tool.Tries < ToolTriesMax)
        {
            if (RunTool(link, id, tool.Call, tool.Tries + 1) is { } wanted)
                _again.Enqueue(wanted);
            return;
        }

        (int code, string error) = answer switch
        {
            ControlAnswer.Committed { Outcome: CommandOutcome.Done } => (ToolCodes.Ok, ""),
            ControlAnswer.Committed { Outcome: CommandOutcome.Refused refused } => (ToolCodes.Error, refused.Message),
            ControlAnswer.Committed => throw new InvariantException("an outcome of an unknown kind"),
            ControlAnswer.NotQuorate(var reason) => (ToolCodes.NotConnected, reason),
            ControlAnswer.Unknown(var reason) => (ToolCodes.TimedOut, reason),
        };
        Answer(link, id, new ClientReply.ToolEnded(
            code, code == ToolCodes.Ok ? tool.Output : "", error.Length == 0 ? "" : $"{tool.Call.Tool}: {error}\n"));
    }

    /// <summary>A wish that has to be told again; null: none.</summary>
    public ControlInput.Wanted? TakeAgain() => _again.TryDequeue(out ControlInput.Wanted? wanted) ? wanted : null;

    private ControlInput.Wanted? Cleanup(LinkId link, string id, ClientRequest.Cleanup cleanup)
    {
        if (control.State is { } state && Known.Unknown(state, cleanup.Resource, cleanup.Node) is { } problem)
        {
            Refuse(link, id, RefusalKind.BadInput, problem);
            return null;
        }

        ImmutableArray<ResourceId> members = Members(cleanup.Resource);
        NodeId? node = Named(cleanup.Node);
        bool everything = cleanup.Scope == CleanupScope.Everything;
        return Want(link, id, new Command.Forget(members, node, everything, null));
    }

    private ControlInput.Wanted? Restart(LinkId link, string id, ClientRequest.Restart restart, string by)
    {
        if (control.State is { } state && Known.Unknown(state, restart.Resource, restart.Node) is { } problem)
        {
            Refuse(link, id, RefusalKind.BadInput, problem);
            return null;
        }

        ImmutableArray<ResourceId> members = Members(restart.Resource);
        if (control.State is { } known && ResourceView.Make(known).FirstOrDefault(
            r => !r.Managed && r.Node is not null && members.Contains(new ResourceId(r.Id))) is { } unmanaged)
        {
            Refuse(link, id, RefusalKind.Guard, $"{unmanaged.Id} isn't managed on {unmanaged.Node}: it would not be restarted");
            return null;
        }

        return Want(link, id, new Command.RestartAsked(members.ToEquatableArray(), Named(restart.Node), by));
    }

    private ControlInput.Wanted? Fence(LinkId link, string id, ClientRequest.FenceNode fence, string by)
    {
        if (fence.Action is not ("reboot" or "off" or "on"))
        {
            Refuse(link, id, RefusalKind.BadInput, $"{fence.Action} is no fence action: reboot, off or on");
            return null;
        }

        if (control.State is { } state && Known.Unknown(state, null, fence.Node) is { } problem)
        {
            Refuse(link, id, RefusalKind.BadInput, problem);
            return null;
        }

        return Want(
            link, id, new ControlRequest.Fence(new NodeId(fence.Node), fence.Action, by, fence.Reason), []);
    }

    private ControlInput.Wanted? Want(
        LinkId link, string id, Command command, ImmutableArray<InputFinding> findings = default) =>
        Want(link, id, new ControlRequest.Submit(command), findings.IsDefault ? [] : findings);

    private ControlInput.Wanted? Want(
        LinkId link, string id, ControlRequest request, ImmutableArray<InputFinding> findings)
    {
        if (_changes.Count >= options.CallsMax)
        {
            Refuse(link, id, RefusalKind.Busy, "too many changes wait to be committed");
            return null;
        }

        string ticket = string.Create(CultureInfo.InvariantCulture, $"client|{++_tickets}");
        _changes[ticket] = (link, id, findings);
        return new ControlInput.Wanted(ticket, request);
    }

    private void Refuse(LinkId link, string id, RefusalKind kind, string message) =>
        Answer(link, id, new ClientReply.Refused(kind, message, []));

    private void Answer(LinkId link, string id, ClientReply content) => reply(link, new ClientAnswer(id, content));

    private sealed record WaitingReader(LinkId Link, string Id, long After, int Limit, Instant Until);
}
