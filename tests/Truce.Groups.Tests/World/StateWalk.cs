using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>
/// The replicated state through every order of commands up to a depth: four clients join, vote in every way,
/// propose, fail, are late, and one ceases to be responsive; two name a deactivate program. After each,
/// protocols must still be able to end by their limits alone, with every request answered once.
/// </summary>
internal sealed class StateWalk(int depthMax)
{
    private static readonly GroupsLimits s_limits = new() { Phases = 2 };
    private static readonly GroupAttributes s_voted = GroupAttributes.Plain with
    {
        JoinPhases = PhaseCount.Many,
        RemovalPhases = PhaseCount.Many,
        Unresponsive = UnresponsivePolicy.Expel,
    };

    private static readonly (char Client, GroupRequest What)[] s_requests =
    [
        ('c', new GroupRequest.Join(Scene.Db, "c", s_voted)),
        ('d', new GroupRequest.Join(Scene.Db, "d", s_voted)),
        ('a', new GroupRequest.ChangeValue(Scene.Db, 0, "one", Scene.Voted)),
        ('b', new GroupRequest.ChangeValue(Scene.Db, 0, "two", Scene.Voted)),
        ('a', new GroupRequest.Leave(Scene.Db, Scene.Voted)),
        ('b', new GroupRequest.Expel(Scene.Db, Scene.Client('a'), "", Scene.Voted)),
        ('b', new GroupRequest.Goodbye(Scene.Db)),
    ];

    private static readonly GroupsCommand.Responsive s_silent =
        new(Scene.Client('b'), Scene.Db, Responsiveness.Lost);

    private static readonly VoteChoice[] s_choices = Enum.GetValues<VoteChoice>();

    private readonly HashSet<Moment> _seen = new(new MomentComparer());

    /// <summary>All of it; how many states there are.</summary>
    /// <exception cref="InvariantException">Something doesn't hold.</exception>
    public int Explore()
    {
        Visit(new Moment(new Scene().Joined("ab", s_voted, "off").State, "", default), 0);
        return _seen.Count;
    }

    private void Visit(Moment moment, int depth)
    {
        if (!_seen.Add(moment))
            return;
        EndByLimits(moment);
        if (depth == depthMax)
            return;
        for (int i = 0; i < s_requests.Length; i++)
        {
            (char client, GroupRequest what) = s_requests[i];
            if (!moment.Asked.Has(i) && !moment.Gone.Contains(client))
            {
                Moment asked = moment with { Asked = moment.Asked.Set(i, 0) };
                Visit(Apply(asked, new GroupsCommand.Asked(Scene.Client(client), i, what)), depth + 1);
            }
        }

        foreach (char client in "abcd".Where(c => !moment.Gone.Contains(c) && moment.Gone.Length < 2))
        {
            Moment gone = moment with { Gone = string.Concat((moment.Gone + client).Order()) };
            Visit(Apply(gone, new GroupsCommand.ClientGone(Scene.Client(client))), depth + 1);
        }

        if (!moment.IsSilent)
            Visit(Apply(moment with { IsSilent = true }, s_silent), depth + 1);
        if (moment.Running is not { } running)
            return;
        Visit(Apply(moment, new GroupsCommand.PhaseOver(Scene.Db, running.Id, running.Phase)), depth + 1);
        foreach (ClientId voter in running.Awaited)
        {
            foreach (VoteChoice choice in s_choices)
                Visit(Apply(moment, Vote(voter, running, choice)), depth + 1);
        }
    }

    private static GroupsCommand.Asked Vote(ClientId voter, Protocol running, VoteChoice choice) => new(
        voter, 1_000, new GroupRequest.CastVote(Scene.Db, running.Id, running.Phase, new Vote(choice)));

    private static Moment Apply(Moment before, GroupsCommand command)
    {
        ApplyWork work = CommandApply.Apply(before.State, command, s_limits);
        long epoch = before.State.Token;
        EquatableMap<int, int> asked = before.Asked;
        foreach (GroupsEffect effect in work.Effects)
        {
            if (effect is GroupsEffect.Told told)
            {
                Require(told.Notice.Epoch > epoch, "epochs grow");
                epoch = told.Notice.Epoch;
            }
            else if (effect is GroupsEffect.Answered { Request: < 1_000 } answered)
            {
                asked = asked.Set((int)answered.Request, asked.Find((int)answered.Request) + 1);
            }
        }

        Moment after = before with { State = work.State, Asked = asked };
        Judge(after);
        return after;
    }

    private static void Judge(Moment moment)
    {
        Require(moment.Asked.Values.All(answers => answers <= 1), "answered twice");
        if (moment.State.Groups.Find(Scene.Db) is not { } group)
            return;
        int members = group.View.Providers.DistinctBy(p => p.Client).Count();
        Require(members == group.View.Providers.Count, "twice in");
        Require(group.View.Version is 0 or 1, "both changes of one version");
        if (group.Running is not { } running)
        {
            Require(group.Queue.IsEmpty, "nothing runs, and something waits");
            Require(!group.View.Providers.Any(p => moment.IsGone(p.Client)), "a provider that is gone");
            return;
        }

        Require(!running.Awaited.IsEmpty, "a protocol that waits for nobody");
        Require(!running.Awaited.Any(moment.IsGone), "a vote of one that is gone is awaited");
    }

    // Nobody votes any more: the limits alone must end everything.
    private static void EndByLimits(Moment moment)
    {
        for (int phases = 0; moment.Running is { } running; phases++)
        {
            Require(phases < 40, "protocols never end");
            moment = Apply(moment, new GroupsCommand.PhaseOver(Scene.Db, running.Id, running.Phase));
            Require(moment.Running != running, "a limit without effect");
        }

        foreach (MapEntry<int, int> asked in moment.Asked.Entries)
        {
            Require(asked.Value == 1 || moment.Gone.Contains(s_requests[asked.Key].Client),
                "never answered");
        }
    }

    private static void Require(bool holds, string what) => InvariantException.Require(holds, what);

    private sealed record Moment(
        GroupsState State, string Gone, EquatableMap<int, int> Asked)
    {
        /// <summary>Whether b has ceased to be responsive.</summary>
        public bool IsSilent { get; init; }

        public Protocol? Running => State.Groups.Find(Scene.Db)?.Running;

        public bool IsGone(ClientId client) => Gone.Contains(Scene.Name(client));
    }

    // What is the same is so in everything; this only has to tell most of the others apart, at once.
    private sealed class MomentComparer : IEqualityComparer<Moment>
    {
        public bool Equals(Moment? one, Moment? other) => one == other;

        public int GetHashCode(Moment moment)
        {
            HashCode hash = default;
            hash.Add(moment.State.Token);
            hash.Add(moment.State.Bytes);
            hash.Add(moment.Gone);
            foreach (MapEntry<int, int> asked in moment.Asked.Entries)
                hash.Add((asked.Key, asked.Value));
            if (moment.State.Groups.Find(Scene.Db) is { } group)
                Add(ref hash, group);
            return hash.ToHashCode();
        }

        private static void Add(ref HashCode hash, Group group)
        {
            foreach (Provider provider in group.View.Providers)
                hash.Add(provider.Client.Number);
            foreach (Proposal proposal in group.Queue)
                hash.Add(proposal.Id);
            hash.Add((group.Running?.Id, group.Running?.Phase));
            foreach (MapEntry<ClientId, Vote> vote in group.Running?.Votes.Entries ?? [])
                hash.Add((vote.Key.Number, vote.Value.Choice));
        }
    }
}
