using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>A build takes part only in a cluster whose feature level it knows.</summary>
public sealed class FeatureLevelTests
{
    private static readonly RingId s_ring = new(1, 9);
    private static readonly ControlTime s_time = new(Given.Second(1), Given.Noon);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_joiner_leaves_a_cluster_that_is_newer(int level, bool leaves)
    {
        ControlMachine machine = Joiner(out ViewTag view);
        HelloFacts joiner = Given.Hello(2, 2) with { Running = false, Standing = default, TailHash = "" };
        Deliver(machine, 1, new PeerMessage.Hello(view, Given.Hello(1, 2)));
        Deliver(machine, 2, new PeerMessage.Hello(view, joiner));
        StateDocument state = StateText.ToDocument(Given.Joined(1) with { FeatureLevel = level });
        PeerMessage.Snapshot snapshot = new(view, state, []);
        ImmutableArray<ControlOutput> outputs = Deliver(machine, 1, snapshot);
        Assert.Equal(leaves, outputs.OfType<ControlOutput.Leave>().Any(IsAboutLevel2));
    }

    [Fact]
    public void A_store_of_a_newer_cluster_is_left_alone()
    {
        ControlMachine machine = new(Identity(), new ControlLimits());
        ImmutableArray<ControlOutput> outputs =
            machine.Step(new ControlInput.Loaded(StoredFacts.Empty with { FeatureLevel = 2 }), s_time);
        Assert.True(IsAboutLevel2(Assert.IsType<ControlOutput.Leave>(Assert.Single(outputs))));
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(2, 3, 2)]
    public void A_cold_start_keeps_the_level_or_takes_the_lowest(int stored, int newest, int expected)
    {
        Command.Formed formed = Given.Formed(8, 2, 1, 2);
        Participant newer = formed.Participants[0] with { FeatureLevel = newest };
        formed = formed with { Participants = formed.Participants.SetItem(0, newer) };
        StoredFacts facts = StoredFacts.Empty with { FeatureLevel = stored };
        Assert.Equal(expected, FeatureLevels.Founding(facts, formed));
    }

    private static ControlMachine Joiner(out ViewTag view)
    {
        ControlMachine machine = new(Identity(), new ControlLimits());
        machine.Step(new ControlInput.Loaded(StoredFacts.Empty), s_time);
        machine.Step(new ControlInput.ViewChanged(s_ring, [Given.Member(1), Given.Member(2)]), s_time);
        QuorumInfo quorum = new(
            true, [Given.Node(1), Given.Node(2)],
            Enumerable.Range(1, 2).ToImmutableSortedDictionary(Given.Node, _ => 1), 2, 2, false, false);
        view = machine.Step(new ControlInput.QuorumChanged(s_ring, quorum), s_time)
            .OfType<ControlOutput.Multicast>().Select(m => m.Message).OfType<PeerMessage.Hello>()
            .Single().View;
        return machine;
    }

    private static ImmutableArray<ControlOutput> Deliver(
        ControlMachine machine, int from, PeerMessage message) =>
        machine.Step(new ControlInput.Delivered(Given.Member(from), message, ""), s_time);

    private static bool IsAboutLevel2(ControlOutput.Leave leave) =>
        leave.Reason.Contains("feature level 2", StringComparison.Ordinal);

    private static ControlIdentity Identity() => new(
        Given.Node(2), new NodeUuid("2"), Given.Member(2), "s2", "boot2", "c", 1, FeatureLevel: 1);
}
