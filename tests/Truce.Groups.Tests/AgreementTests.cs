using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups.Tests;

/// <summary>Whose state a view continues from. Each member is written as NODE LINE EPOCH.INDEX; a line of
/// '-': it knows nothing. Three nodes with one vote each.</summary>
public sealed class AgreementTests
{
    private static readonly RingId s_ring = new(1, 40);

    [Theory]
    [InlineData("1 A 8.5, 2 A 8.5, 3 A 8.5", "continues A from n1, in step 123, epoch 40.1")]
    [InlineData("1 A 8.5, 2 A 8.7, 3 A 8.5", "continues A from n2, in step 2, epoch 40.1")]
    [InlineData("1 A 8.9, 2 A 12.3, 3 - 0.0", "continues A from n2, in step 2, epoch 40.1")]
    [InlineData("1 A 8.5, 2 A 8.5", "continues A from n1, in step 12, epoch 40.1")]
    [InlineData("1 A 40.5, 2 A 40.5", "continues A from n1, in step 12, epoch 40.2")]
    [InlineData("1 A 8.5, 2 B 12.5, 3 B 12.5", "continues B from n2, in step 23, epoch 40.1")]
    [InlineData("1 A 8.5, 2 - 0.0, 3 - 0.0", "begins, epoch 40.1")]
    [InlineData("1 A 8.5, 2 B 8.5, 3 - 0.0", "begins, epoch 40.1")]
    [InlineData("1 - 0.0, 2 - 0.0", "begins, epoch 40.1")]
    [InlineData("1 A 8.5", "waits")]
    public void The_best_state_that_a_majority_knows_counts(string members, string expected) =>
        Assert.Equal(expected, Decide(members, EngineQuorum.Present, 2));

    [Fact]
    public void Without_the_engines_quorum_a_view_waits() =>
        Assert.Equal("waits", Decide("1 A 8.5, 2 A 8.5", EngineQuorum.Missing, 2));

    [Fact]
    public void Half_of_the_votes_are_no_majority_whatever_the_engine_says() =>
        Assert.Equal("waits", Decide("1 A 8.5", EngineQuorum.Present, 1));

    [Fact]
    public void More_votes_than_a_majority_are_needed_where_the_engine_says_so() =>
        Assert.Equal("waits", Decide("1 A 8.5, 2 A 8.5", EngineQuorum.Present, 3));

    private static string Decide(string members, EngineQuorum quorum, int needed)
    {
        EquatableMap<EngineMember, HelloWords> hellos = default;
        foreach (string[] words in members.Split(", ").Select(m => m.Split(' ')))
        {
            EngineMember member = new(new NodeId($"n{words[0]}"), 1);
            ulong[] standing = [.. words[2].Split('.').Select(ulong.Parse)];
            Epoch epoch = new(standing[0], 1);
            Lineage? lineage = words[1] == "-" ? null
                : new Lineage(member with { Node = new NodeId(words[1]) }, new Epoch(4, 1), 0);
            hellos = hellos.Set(member, new HelloWords(
                lineage is null ? null : new ServerId(member, new Epoch(4, 1)), lineage,
                new Standing(epoch, (long)standing[1]), 7, 1, quorum, needed, Votes()));
        }

        return GroupsAgreementRule.Decide(s_ring, hellos) switch
        {
            null => "waits",
            { Source: null } founded => $"begins, epoch {founded.Epoch}",
            { Source: { } source } agreed =>
                $"continues {agreed.Lineage.Founder.Node} from {source.Node}, in step "
                + string.Concat(
                    agreed.Participants.Where(p => p.Since != agreed.Epoch).Select(p =>
                        p.Member.Node.Value[1..]))
                + $", epoch {agreed.Epoch}",
        };
    }

    private static EquatableArray<NodeVotes> Votes() =>
        Enumerable.Range(1, 3).Select(i => new NodeVotes(new NodeId($"n{i}"), 1)).ToEquatableArray();
}
