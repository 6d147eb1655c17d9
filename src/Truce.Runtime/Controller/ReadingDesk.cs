using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>Answers questions from this node's copy of the state, and tells links that keep
/// answers when those are old.</summary>
internal sealed class ReadingDesk(
    ControllerOptions options, ControlMachine control, ConfigurationArchive archive, IEngine engine,
    Func<ImmutableArray<HoldStatus>> localHolds, Action<Asker, ClientReply> answer)
{
    private readonly FencePathReview _paths = new();
    private readonly MeasuredView _measured = new();
    private readonly List<WaitingReader> _readers = [];
    private readonly Dictionary<LinkId, Watcher> _watchers = [];

    /// <summary>When a reader has waited long enough.</summary>
    public Instant? NextTimer => _readers.Count == 0 ? null : _readers.Min(r => r.Until);

    /// <summary>Answers a question; false: it isn't one.</summary>
    public bool TryAnswer(Asker asker, ClientRequest request, AccessRules access, Instant now)
    {
        if (_watchers.TryGetValue(asker.Link, out Watcher? watcher))
            watcher.HasAsked = true;
        switch (request)
        {
            case ClientRequest.Greet(var version):
                answer(asker, new ClientReply.Greeting(
                    Math.Min(version, ClientProtocol.Version), options.Node.Value, options.Session, options.Incarnation));
                return true;
            case ClientRequest.Watch:
                _watchers[asker.Link] = new Watcher(asker);
                answer(asker, new ClientReply.Changed());
                return true;
            case ClientRequest.MayChange:
                answer(asker, access.AnyChangeObjection() is { } objection
                    ? new ClientReply.Refused(RefusalKind.Permission, objection, [])
                    : new ClientReply.Done(0, control.State?.Configuration.Version ?? 0, "", []));
                return true;
            case ClientRequest.GetDeaths:
                answer(asker, DeathView.Make(control.State));
                return true;
            case ClientRequest.GetStatus:
                answer(asker, new ClientReply.Status(StatusView.Make(control, engine.Links, localHolds()) with
                {
                    AnsweredBy = options.Node.Value,
                    FencePaths = control.State is { } state ? FencePathView.Make(_paths.Of(state)) : null,
                    Slower = control.State is { } known ? _measured.Slower(known) : [],
                }));
                return true;
            case ClientRequest.GetConfiguration get:
                Configuration(asker, get, access);
                return true;
            case ClientRequest.GetConfigurationHistory:
                answer(asker, StatusView.ConfigurationHistory(control.State));
                return true;
            case ClientRequest.GetEvents get:
                Events(asker, get, now);
                return true;
            case ClientRequest.GetFenceHistory:
                answer(asker, StatusView.FenceHistory(control.State));
                return true;
            case ClientRequest.EndWait:
                answer(asker, EndWait());
                return true;
            case ClientRequest.ApplyConfiguration or ClientRequest.SetTransient or ClientRequest.Cleanup
                or ClientRequest.Restart or ClientRequest.RunTool or ClientRequest.FenceNode
                or ClientRequest.ConfirmFenced or ClientRequest.ReleaseFencing or ClientRequest.ResyncNode
                or ClientRequest.TellFencePaths or ClientRequest.SetTicket:
                break;
        }

        return false;
    }

    // Nothing of the log: without quorum there is none to write to.
    private ClientReply EndWait()
    {
        if (!QuorumView.IsHeldBack(control.Quorum))
            return new ClientReply.Refused(
                RefusalKind.Guard, "quorum isn't waiting for any node; do: see truce status", []);
        engine.EndWait();
        return new ClientReply.Done(0, control.State?.Configuration.Version ?? 0, "", []);
    }

    /// <summary>What was answered before now may be old.</summary>
    public void Changed()
    {
        foreach (Watcher watcher in _watchers.Values.Where(w => w.HasAsked))
        {
            watcher.HasAsked = false;
            answer(watcher.Asker, new ClientReply.Changed());
        }
    }

    /// <summary>Answers the readers that have waited long enough, or for what has come.</summary>
    public void Serve(Instant now)
    {
        foreach (WaitingReader reader in _readers.ToList())
        {
            ClientReply.Events events = StatusView.Events(control.State, reader.After, reader.Limit);
            if (events.Items.Length == 0 && reader.Until.CompareTo(now) > 0)
                continue;
            _readers.Remove(reader);
            answer(reader.Asker, events);
        }
    }

    /// <summary>A client is gone.</summary>
    public void Closed(LinkId link)
    {
        _readers.RemoveAll(r => r.Asker.Link == link);
        _watchers.Remove(link);
    }

    private void Configuration(Asker asker, ClientRequest.GetConfiguration get, AccessRules access)
    {
        if (control.State is not { } state)
            Refuse(asker, RefusalKind.NotReady, $"no configuration yet: {control.Situation}");
        else if (get.Version is { } version && version != state.Configuration.Version)
            Earlier(asker, version, state, get, access);
        else
            answer(asker, StatusView.Configuration(state, get, access));
    }

    private void Earlier(
        Asker asker, long version, ReplicatedState state, ClientRequest.GetConfiguration get, AccessRules access)
    {
        ConfigurationVersion? known = state.Versions.FirstOrDefault(v => v.Version == version);
        if (known is null)
            Refuse(asker, RefusalKind.BadInput, $"version {version} isn't in the history; do: see truce config history");
        else if (archive.Find(known) is not { } cib)
            Refuse(asker, RefusalKind.BadInput, $"this node wasn't present when version {version} was made, or no longer has it; do: use another node (--node)");
        else
            answer(asker, new ClientReply.Configuration(version, StatusView.Text(cib, get, access)));
    }

    private void Events(Asker asker, ClientRequest.GetEvents get, Instant now)
    {
        WaitingReader reader = new(asker, get.After, get.Limit, now.Plus(TimeSpan.FromMilliseconds(get.WaitMs)));
        if (_readers.Count >= options.CallsMax)
            Refuse(asker, RefusalKind.Busy, "too many clients are waiting for events");
        else
            _readers.Add(reader);
        Serve(now);
    }

    private void Refuse(Asker asker, RefusalKind kind, string message) => answer(asker, new ClientReply.Refused(kind, message, []));

    private sealed record WaitingReader(Asker Asker, long After, int Limit, Instant Until);

    // Told once, a link isn't told again before it has asked: a burst of changes costs one message.
    private sealed class Watcher(Asker asker)
    {
        public Asker Asker => asker;

        public bool HasAsked { get; set; }
    }
}
