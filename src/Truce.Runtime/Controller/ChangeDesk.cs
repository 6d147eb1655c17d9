using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>Hands changes to control, and answers them once they are committed or refused.</summary>
internal sealed class ChangeDesk(ControlMachine control, Tickets tickets, Action<Asker, ClientReply> answer)
{
    private readonly Dictionary<ClientTicket, (Asker Asker, ImmutableArray<InputFinding> Findings)> _waiting =
        [];

    /// <summary>What control must be asked; null: it is answered already.</summary>
    public ControlInput.Wanted? Change(Asker asker, ClientRequest request, string by, AccessRules access)
    {
        if (Unknown(request) is { } problem)
        {
            Refuse(asker, RefusalKind.BadInput, problem);
            return null;
        }

        return request switch
        {
            ClientRequest.ApplyConfiguration apply => Apply(asker, apply, by, access),
            ClientRequest.SetTransient set => Want(asker, new Command.SetTransient(new NodeId(set.Node), set.Name, set.Value)),
            ClientRequest.Cleanup cleanup => Want(asker, new Command.Forget(
                Members(control.State, cleanup.Resource), Named(cleanup.Node), cleanup.Scope == CleanupScope.Everything, null)),
            ClientRequest.Restart restart => Restart(asker, restart, by),
            ClientRequest.ReleaseFencing release => Want(
                asker, new Command.FenceReleased(new NodeId(release.Node), by, release.Reason)),
            ClientRequest.TellFencePaths told => Want(asker, new Command.FencePathsTried(
                new NodeId(told.From),
                told.Paths.Select(p => new FencePathTry(
                    new ResourceId(p.Device), new NodeId(p.Target), p.Failure)).ToEquatableArray())),
            ClientRequest.ResyncNode resync => Want(
                asker, new Command.StateGivenUp(new NodeId(resync.Node), by, resync.Reason)),
            ClientRequest.FenceNode fence => Want(
                asker, new ControlRequest.Fence(new NodeId(fence.Node), fence.Action, by, fence.Reason), []),
            ClientRequest.ConfirmFenced confirm => Want(
                asker, new Command.FenceConfirmed(new NodeId(confirm.Node), by, confirm.Reason)),
            ClientRequest.SetTicket set => Want(asker, new Command.SetTicket(set.Ticket, set.Granted, set.Standby)),
            ClientRequest.Greet or ClientRequest.Watch or ClientRequest.EndWait or ClientRequest.MayChange
                or ClientRequest.GetDeaths or ClientRequest.GetStatus or ClientRequest.GetConfiguration
                or ClientRequest.GetConfigurationHistory or ClientRequest.GetEvents or ClientRequest.GetFenceHistory
                or ClientRequest.RunTool => throw new InvariantException($"{request.GetType().Name} is no change"),
        };
    }

    /// <summary>Control's answer to a change.</summary>
    public void Answered(ClientTicket ticket, ControlAnswer committed)
    {
        if (!_waiting.Remove(ticket, out (Asker Asker, ImmutableArray<InputFinding> Findings) change))
            return;
        tickets.Waiting--;
        answer(change.Asker, committed switch
        {
            ControlAnswer.Committed done => Committed(done, change.Findings),
            ControlAnswer.NotQuorate(var reason) => new ClientReply.Refused(
                control.Mode is ViewMode.Minority ? RefusalKind.NoQuorum : RefusalKind.NotReady, reason, []),
            ControlAnswer.Unknown(var reason) => new ClientReply.Refused(RefusalKind.TimedOut, reason, []),
        });
    }

    /// <summary>A client is gone.</summary>
    public void Closed(LinkId link)
    {
        foreach (ClientTicket ticket in _waiting.Where(c => c.Value.Asker.Link == link).Select(c =>
            c.Key).ToList())
        {
            _waiting.Remove(ticket);
            tickets.Waiting--;
        }
    }

    /// <summary>The primitives that a resource's name stands for; none: all of them.</summary>
    public static ImmutableArray<ResourceId> Members(ReplicatedState? state, string? resource) => resource is null
        ? []
        : state is not null && StatusView.PrimitivesOf(state.Cib.Configuration, resource) is { Length: > 0 } members
            ? members
            : [new ResourceId(resource)];

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

    // A name that nothing has would be committed without effect, and look like success.
    private string? Unknown(ClientRequest request) => control.State is not { } state ? null : request switch
    {
        ClientRequest.SetTransient set => Known.Unknown(state, null, set.Node),
        ClientRequest.Cleanup cleanup => Known.Unknown(state, cleanup.Resource, cleanup.Node),
        ClientRequest.Restart restart => Known.Unknown(state, restart.Resource, restart.Node),
        // What is held after fencing goes by a node's name or by a resource's.
        ClientRequest.ReleaseFencing release => Known.Unknown(state, release.Node, null) is { } unknown
            && Known.Unknown(state, null, release.Node) is not null ? unknown : null,
        ClientRequest.TellFencePaths told => Known.Unknown(state, null, told.From),
        ClientRequest.ResyncNode resync => Known.Unknown(state, null, resync.Node),
        ClientRequest.FenceNode fence => Known.Unknown(state, null, fence.Node),
        ClientRequest.ConfirmFenced confirm => Known.Unknown(state, null, confirm.Node),
        ClientRequest.SetTicket set => Known.UnknownTicket(state, set.Ticket),
        ClientRequest.ApplyConfiguration or ClientRequest.EndWait or ClientRequest.Greet
            or ClientRequest.Watch or ClientRequest.MayChange or ClientRequest.GetDeaths
            or ClientRequest.GetStatus
            or ClientRequest.GetConfiguration or ClientRequest.GetConfigurationHistory or ClientRequest.GetEvents
            or ClientRequest.GetFenceHistory or ClientRequest.RunTool => null,
    };

    private ControlInput.Wanted? Apply(Asker asker, ClientRequest.ApplyConfiguration apply, string by, AccessRules access)
    {
        CibReadResult read = CibReader.Parse(apply.Xml, "configuration", CibLimits.OfCluster);
        ImmutableArray<InputFinding> findings = [.. read.Findings.Select(StatusView.Finding)];
        switch (read)
        {
            case CibReadResult.Refused:
                answer(asker, new ClientReply.Refused(RefusalKind.BadInput, "the configuration is refused", findings));
                return null;
            case CibReadResult.Accepted accepted when Unmask(accepted.Cib) is { Unknown: [var place, ..] }:
                Refuse(asker, RefusalKind.BadInput, $"{place} is {SecretNames.Mask}, but there is no current secret that it could stand for; do: write the secret, or its location (secret-file:/PATH)");
                return null;
            case CibReadResult.Accepted when apply.CheckOnly:
                answer(asker, new ClientReply.Done(0, control.State?.Configuration.Version ?? 0, "", findings));
                return null;
            case CibReadResult.Accepted accepted when access.ChangeObjection(Unmasked(accepted.Cib)) is { } objection:
                Refuse(asker, RefusalKind.Permission, objection);
                return null;
            case CibReadResult.Accepted accepted when Unchanged(Unmasked(accepted.Cib), apply.ExpectedVersion) is { } done:
                answer(asker, done with { Findings = findings });
                return null;
            case CibReadResult.Accepted accepted:
                return Submit(asker, accepted.Cib, apply, by, findings);
            default:
                throw new InvariantException($"a reading of an unknown kind: {read.GetType().Name}");
        }
    }

    private ControlInput.Wanted? Submit(
        Asker asker, Cib cib, ClientRequest.ApplyConfiguration apply, string by, ImmutableArray<InputFinding> findings)
    {
        string xml = CibWriter.Write(Unmasked(cib) with { Status = ClusterStatus.Empty });
        int bytes = System.Text.Encoding.UTF8.GetByteCount(xml);
        if (bytes > SizeBudget.WrittenCibBytesMax)
        {
            Refuse(asker, RefusalKind.BadInput, $"written out, the configuration has {bytes} bytes; the limit is {SizeBudget.WrittenCibBytesMax}; do: make it smaller");
            return null;
        }

        // What a mask hid is that of the present version: a secret that changes meanwhile must not come back.
        long? on = apply.ExpectedVersion ?? (Unmask(cib).Restored > 0 ? control.State?.Configuration.Version : null);
        return Want(asker, new Command.ChangeConfiguration(xml, on, null, by, apply.Comment), findings);
    }

    private Unmasking Unmask(Cib proposed) =>
        SecretNames.Unmask(proposed.Configuration, control.State?.Cib.Configuration ?? Truce.Model.Configuration.Empty);

    private Cib Unmasked(Cib proposed) => proposed with { Configuration = Unmask(proposed).Configuration };

    // Only where this node's copy is the cluster's: elsewhere the change goes its way, and is refused there.
    private ClientReply.Done? Unchanged(Cib proposed, long? expected)
    {
        if (control is not { Mode: ViewMode.Quorate, State: { Configuration.Version: > 0 } state }
            || (expected is { } version && version != state.Configuration.Version))
            return null;
        CibHeader present = state.Cib.Header;
        bool same = proposed.Configuration == state.Cib.Configuration && proposed.Header.ValidateWith == present.ValidateWith
            && proposed.Header.CrmFeatureSet == present.CrmFeatureSet
            && proposed.Header.Version.AdminEpoch == present.Version.AdminEpoch;
        return same ? new ClientReply.Done(state.Index, state.Configuration.Version, "", []) : null;
    }

    private ControlInput.Wanted? Restart(Asker asker, ClientRequest.Restart restart, string by)
    {
        ImmutableArray<ResourceId> members = Members(control.State, restart.Resource);
        if (control.State is { } known && ResourceView.Make(known).FirstOrDefault(
            r => !r.Managed && r.Node is not null && members.Contains(new ResourceId(r.Id))) is { } unmanaged)
        {
            Refuse(
                asker, RefusalKind.Guard,
                $"{unmanaged.Id} isn't managed on {unmanaged.Node}, so it would not be restarted; "
                + $"do: truce resource manage {unmanaged.Id}");
            return null;
        }

        return Want(asker, new Command.RestartAsked(members.ToEquatableArray(), Named(restart.Node), by));
    }

    private ControlInput.Wanted? Want(Asker asker, Command command, ImmutableArray<InputFinding> findings = default) =>
        Want(asker, new ControlRequest.Submit(command), findings.IsDefault ? [] : findings);

    private ControlInput.Wanted? Want(Asker asker, ControlRequest request, ImmutableArray<InputFinding> findings)
    {
        if (tickets.Next() is not { } ticket)
        {
            Refuse(asker, RefusalKind.Busy, "too many changes are waiting to be committed");
            return null;
        }

        tickets.Waiting++;
        _waiting[ticket] = (asker, findings);
        return new ControlInput.Wanted(ticket, request);
    }

    private static NodeId? Named(string? node) => node is null ? null : new NodeId(node);

    private void Refuse(Asker asker, RefusalKind kind, string message) => answer(asker, new ClientReply.Refused(kind, message, []));
}
