using System.Collections.Immutable;
using Truce.Groups.Tests.World;
using Truce.Model;

namespace Truce.Groups.Tests;

/// <summary>
/// The replicated state through every order of commands up to a depth: four clients join, vote in every way,
/// propose, fail and are late. After each, protocols must still be able to end by their limits alone, with
/// every request answered once.
/// </summary>
public sealed class StateWalkTests(ITestOutputHelper output)
{
    private const int Depth = 5;
    private static readonly GroupsLimits s_limits = new() { Phases = 2 };
    private static readonly GroupAttributes s_voted = GroupAttributes.Plain with
    {
        JoinPhases = PhaseCount.Many,
        RemovalPhases = PhaseCount.Many,
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

    private readonly HashSet<Moment> _seen = [];

    [Fact]
    public void Every_order_of_commands_leads_to_an_end()
    {
        Visit(new Moment(new Scene().Joined("ab", s_voted).State, "", default), 0);
        output.WriteLine($"{_seen.Count} states, depth {Depth}, bound exhausted, 0 violations");
        Assert.True(_seen.Count > 5_000);
    }

    private void Visit(Moment moment, int depth)
    {
        if (!_seen.Add(moment))
            return;
        EndByLimits(moment);
        if (depth == Depth)
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

        if (moment.Running is not { } running)
            return;
        Visit(Apply(moment, new GroupsCommand.PhaseOver(Scene.Db, running.Id, running.Phase)), depth + 1);
        foreach (ClientId voter in running.Awaited)
        {
            foreach (VoteChoice choice in Enum.GetValues<VoteChoice>())
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
                Assert.True(told.Notice.Epoch > epoch, "epochs grow");
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
        Assert.All(moment.Asked.Values, answers => Assert.True(answers <= 1, "answered twice"));
        if (moment.State.Groups.Find(Scene.Db) is not { } group)
            return;
        Assert.Distinct(group.View.Providers.Select(p => p.Client));
        Assert.InRange(group.View.Version, 0, 1);
        ImmutableHashSet<ClientId> gone = [.. moment.Gone.Select(Scene.Client)];
        if (group.Running is not { } running)
        {
            Assert.Empty(group.Queue);
            Assert.DoesNotContain(group.View.Providers, p => gone.Contains(p.Client));
            return;
        }

        Assert.NotEmpty(running.Awaited);
        Assert.DoesNotContain(running.Awaited, gone.Contains);
    }

    // Nobody votes any more: the limits alone must end everything.
    private static void EndByLimits(Moment moment)
    {
        for (int phases = 0; moment.Running is { } running; phases++)
        {
            Assert.True(phases < 40, "protocols never end");
            moment = Apply(moment, new GroupsCommand.PhaseOver(Scene.Db, running.Id, running.Phase));
            Assert.True(moment.Running != running, "a limit without effect");
        }

        foreach (MapEntry<int, int> asked in moment.Asked.Entries)
            Assert.True(asked.Value == 1 || moment.Gone.Contains(s_requests[asked.Key].Client),
                "never answered");
    }

    private sealed record Moment(
        GroupsState State, string Gone, EquatableMap<int, int> Asked)
    {
        public Protocol? Running => State.Groups.Find(Scene.Db)?.Running;
    }
}
