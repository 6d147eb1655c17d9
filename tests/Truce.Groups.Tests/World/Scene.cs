using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups.Tests.World;

/// <summary>The replicated state alone, with clients a, b, c, … on nodes n1, n2, n3 in turn; what each
/// command leads to is told in short lines.</summary>
internal sealed class Scene
{
    public static readonly GroupName Db = new("db");
    private readonly GroupsLimits _limits;
    private readonly List<string> _lines = [];
    private readonly List<string> _system = [];
    private long _requests;

    public Scene(GroupsLimits? limits = null) : this(limits ?? new GroupsLimits(), [0, 1, 2], []) { }

    /// <summary>A lineage that begins with these nodes, each of which owes the same.</summary>
    public Scene(GroupsLimits limits, IEnumerable<int> nodes, EquatableArray<string> owes)
    {
        _limits = limits;
        State = new GroupsState(
            new Lineage(new EngineMember(new NodeId("n1"), 1), new Epoch(4, 1), 0),
            LineagePhase.Open, 100, default, default, default)
        {
            Unheard = Enumerable.Range(1, 3).Select(n => new NodeId($"n{n}")).ToEquatableArray(),
        };
        Form(nodes.Select(n => (n, 1)), owes);
    }

    public GroupsState State { get; private set; }

    public Group? Group => State.Groups.Find(Db);

    public string Providers => string.Concat(Group?.View.Providers.Select(p => Name(p.Client)) ?? []);

    public static ProposalTerms Voted { get; } =
        new(PhaseCount.Many, Collision.Queue, TimeSpan.FromSeconds(5), DefaultVote.Approve);

    public static ProposalTerms AtOnce { get; } = Voted with { Phases = PhaseCount.One };

    public static ServerId Server(int node, uint process = 1) =>
        new(new EngineMember(new NodeId($"n{node + 1}"), process), new Epoch(4, 1));

    public static ClientId Client(char name) => new(Server((name - 'a') % 3), name - 'a' + 1);

    /// <summary>A view of these nodes, each in a boot (<c>n1.1</c> is the first of n1).</summary>
    public void Form(params int[] nodes) => Form(nodes.Select(n => (n, 1)), []);

    public void Form(IEnumerable<(int Node, int Boot)> nodes, EquatableArray<string> owes)
    {
        (ServerId Id, string Boot)[] servers =
            [.. nodes.Select(n => (Server(n.Node, (uint)n.Boot), Boot(n)))];
        Do(new GroupsCommand.Formed(new Epoch(4, 1), servers.Select(s => s.Id).ToEquatableArray())
        {
            Boots = servers.Select(s => new ServerBoot(s.Id, s.Boot, owes)).ToEquatableArray(),
            Configured = Enumerable.Range(1, 3).Select(n => new NodeId($"n{n}")).ToEquatableArray(),
        });
    }

    /// <summary>A node is proven off in a boot.</summary>
    public void Proven(int node, int boot = 1, ProofReach reach = ProofReach.Node) =>
        Do(new GroupsCommand.Proven(
            new NodeProof(Server(node).Member.Node, Boot((node, boot)), reach, "shot")));

    private static string Boot((int Node, int Boot) of) => $"n{of.Node + 1}.{of.Boot}";

    /// <summary>The lines since the last time.</summary>
    public string Told()
    {
        string told = string.Join(" | ", _lines);
        _lines.Clear();
        return told;
    }

    /// <summary>What those who watch the system groups were told since the last time.</summary>
    public string ToldOfSystem()
    {
        string told = string.Join(" | ", _system);
        _system.Clear();
        return told;
    }

    public Scene Joined(string clients, GroupAttributes? attributes = null, string deactivate = "")
    {
        foreach (char client in clients)
        {
            Ask(client, new GroupRequest.Join(Db, client.ToString(), attributes ?? GroupAttributes.Plain)
            {
                Deactivate = deactivate,
            });
            while (Group?.Running is not null)
                Vote([.. Group.Running.Awaited.Select(Name)], VoteChoice.Approve);
        }

        _lines.Clear();
        return this;
    }

    public long Ask(char client, GroupRequest what)
    {
        Do(new GroupsCommand.Asked(Client(client), ++_requests, what));
        return _requests;
    }

    public void Vote(IEnumerable<char> clients, VoteChoice choice) => Vote(clients, new Vote(choice, "so"));

    public void Vote(IEnumerable<char> clients, Vote vote)
    {
        foreach (char client in clients)
        {
            Protocol running = Group!.Running!;
            Ask(client, new GroupRequest.CastVote(Db, running.Id, running.Phase, vote));
        }
    }

    /// <summary>A node's server is lost, and its leases have ended.</summary>
    public void Lose(int node)
    {
        Form([.. Enumerable.Range(0, 3).Where(n => n != node)]);
        Do(new GroupsCommand.ServerGone(Server(node)));
    }

    public void Gone(char client) => Do(new GroupsCommand.ClientGone(Client(client)));

    public void Expire()
    {
        Protocol running = Group!.Running!;
        Do(new GroupsCommand.PhaseOver(Db, running.Id, running.Phase));
    }

    public void Do(GroupsCommand command)
    {
        ApplyWork work = CommandApply.Apply(State, command, _limits);
        State = work.State;
        foreach (GroupsEffect effect in work.Effects)
        {
            if (effect is GroupsEffect.Told { Notice: var notice } && SystemGroups.Has(notice.Group))
                _system.Add(Body(notice.Body));
            else if (Line(effect) is { Length: > 0 } line)
                _lines.Add(line);
        }
    }

    public static char Name(ClientId client) => (char)('a' + client.Number - 1);

    private static string Names(IEnumerable<ClientId> clients) => string.Concat(clients.Select(Name));

    private static string Line(GroupsEffect effect) => effect switch
    {
        GroupsEffect.Answered { Outcome: RequestOutcome.Done { Epoch: 0 } } => "",
        GroupsEffect.Answered(var client, _, RequestOutcome.Done) => $"{Name(client)} done",
        GroupsEffect.Answered(var client, _, RequestOutcome.Refused(var code)) =>
            $"{Name(client)} refused {code}",
        GroupsEffect.Answered(var client, _, RequestOutcome.Rejected) => $"{Name(client)} rejected",
        GroupsEffect.Answered => "",
        GroupsEffect.Told(var notice) => $"{Names(notice.To)}: {Body(notice.Body)}",
    };

    private static string Body(NoticeBody body) => body switch
    {
        NoticeBody.PhaseBegan began => $"phase {began.Phase} {Changes(began.Proposed)}{Said(began.Messages)}",
        NoticeBody.LimitExceeded late => $"late {Names(late.Laggards)}",
        NoticeBody.Ended ended => $"{ended.Verdict} {Changes(ended.Changes)}{Said(ended.Messages)} = "
            + $"{Names(ended.Now.Providers.Select(p => p.Client))} '{ended.Now.Value}'{ended.Now.Version}",
        NoticeBody.Unproven unproven => $"unproven {Changes(unproven.Changes)}",
        NoticeBody.ResponsivenessChanged r => $"{Name(r.Client)} responsiveness {r.State}",
        NoticeBody.DeactivationAsked d => $"phase {d.Phase} deactivate by {d.Program}: {d.Reason}",
        NoticeBody.Dissolved => "dissolved",
        NoticeBody.HostsChanged h => string.Join(", ",
            [.. h.Changed.Select(c => $"{c.Node} {c.State}"), .. h.Removed.Select(n => $"{n} removed")]),
        NoticeBody.LinksChanged l => string.Join(", ", l.Now.Select(c => $"{c.From}-{c.To} {c.State}")),
    };

    private static string Said(IEnumerable<VoteMessage> messages) =>
        string.Concat(messages.Select(m => $" {Name(m.From)} says {m.Text}"));

    private static string Changes(IEnumerable<Change> changes) =>
        string.Join(" and ", changes.Select(c => c switch
    {
        Change.Join(var provider) => $"join {Name(provider.Client)}",
        Change.Leave(var client) => $"leave {Name(client)}",
        Change.Removal removal => $"{removal.Cause} {Name(removal.Client)}"
            + (removal.Proof.Length == 0 ? "" : $" by {removal.Proof}"),
        Change.Expel expel => $"expel {Name(expel.Client)}"
            + (expel.Deactivation.Length == 0 ? "" : $" deactivation {expel.Deactivation}"),
        Change.State(_, var value) => $"state {value}",
        Change.Attributes => "attributes",
        Change.Message(var text) => $"message {text}",
    }));
}
