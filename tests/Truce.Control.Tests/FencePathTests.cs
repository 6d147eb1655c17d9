using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What is remembered of the paths by which nodes fence each other.</summary>
public sealed class FencePathTests
{
    private const string Device =
        "<primitive id=\"power\" class=\"stonith\" type=\"fence_x\"><instance_attributes id=\"pi\">"
        + "<nvpair id=\"p1\" name=\"pcmk_host_list\" value=\"n1 n2 n3\"/>"
        + "<nvpair id=\"p2\" name=\"ip\" value=\"A\"/>"
        + "</instance_attributes></primitive>";

    private readonly FencePathReview _review = new();
    private ReplicatedState _state = Given.Joined(1, 2, 3) with { Cib = Given.Cib(Device), At = Given.Noon };

    [Fact]
    public void Nothing_is_proven_before_anything_was_tried() =>
        Assert.All(_review.Of(_state), p => Assert.Equal(FencePathKnowledge.Never, p.Knowledge));

    [Fact]
    public void Each_node_has_a_path_to_each_other() =>
        Assert.Equal(
            ["n1-n2", "n1-n3", "n2-n1", "n2-n3", "n3-n1", "n3-n2"],
            _review.Of(_state).Select(p => $"{p.From}-{p.Target}"));

    [Fact]
    public void A_path_that_was_tried_is_proven_from_that_node_alone()
    {
        Try(1, (3, ""));
        Assert.Equal(FencePathKnowledge.Proven, Known(1, 3));
        Assert.Equal(FencePathKnowledge.Never, Known(2, 3));
    }

    [Fact]
    public void A_failure_stands_until_it_works_again()
    {
        Try(1, (3, ""));
        Try(1, (3, "no route to host"));
        FencePathState failed =
            _review.Of(_state).Single(p => p.From == Given.Node(1) && p.Target == Given.Node(3));
        Assert.Equal((FencePathKnowledge.Failed, "no route to host"),
            (failed.Knowledge, failed.Last!.Failure));
        Assert.NotNull(failed.Last.ProvenAt);
        Try(1, (3, ""));
        Assert.Equal(FencePathKnowledge.Proven, Known(1, 3));
    }

    [Fact]
    public void Other_parameters_are_not_proven()
    {
        Try(1, (3, ""));
        _state = _state with { Cib = Given.Cib(Device.Replace("\"A\"", "\"B\"", StringComparison.Ordinal)) };
        Assert.Equal(FencePathKnowledge.Never, Known(1, 3));
    }

    [Fact]
    public void A_proof_grows_old()
    {
        Try(1, (3, ""));
        _state = _state with { At = Given.Noon.AddDays(90) };
        Assert.Equal(FencePathKnowledge.Proven, Known(1, 3));
        _state = _state with { At = Given.Noon.AddDays(91) };
        Assert.Equal(FencePathKnowledge.Old, Known(1, 3));
    }

    [Fact]
    public void A_shot_that_hit_proves_the_path_that_it_took()
    {
        _state = Given.Apply(_state, new Command.FenceAsked(Given.Intent(3)));
        _state = Given.Apply(_state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Equal(FencePathKnowledge.Proven, Known(1, 3));
        Assert.Equal(FencePathKnowledge.Never, Known(2, 3));
    }

    [Fact]
    public void A_device_that_is_gone_makes_room()
    {
        Try(1, (3, ""));
        _state = _state with
        {
            Cib = Given.Cib(Device.Replace("id=\"power\"", "id=\"other\"", StringComparison.Ordinal)),
        };
        _state = Given.Apply(_state, new Command.FencePathsTried(
            Given.Node(1), [new FencePathTry(new ResourceId("other"), Given.Node(3), "")]));
        Assert.Equal("other", Assert.Single(_state.FencePaths.Values).Device.Value);
    }

    [Fact]
    public void A_device_that_nobody_configured_isnt_remembered()
    {
        _state = Given.Apply(_state, new Command.FencePathsTried(
            Given.Node(1), [new FencePathTry(new ResourceId("nonsense"), Given.Node(3), "")]));
        Assert.Empty(_state.FencePaths);
    }

    [Fact]
    public void Without_fencing_there_are_no_paths()
    {
        _state =
            _state with { Cib =
                Given.Cib(Device, "<nvpair id=\"of\" name=\"stonith-enabled\" value=\"false\"/>") };
        Assert.Empty(_review.Of(_state));
    }

    [Fact]
    public void What_is_remembered_stays_bounded()
    {
        _state = _state with
        {
            FencePaths = Enumerable.Range(0, ReplicatedState.FencePathsMax).Select(i => new FencePath
            {
                From = Given.Node(1), Device = new ResourceId("power"), Target = new NodeId($"x{i}"), Digest =
                    "",
            }).ToImmutableSortedDictionary(p => (p.From, p.Device, p.Target), p => p),
        };
        Try(1, (3, ""));
        Assert.Equal(ReplicatedState.FencePathsMax, _state.FencePaths.Count);
    }

    [Fact]
    public void A_cold_start_knows_what_the_disk_knew()
    {
        Try(1, (3, ""));
        StoredFacts stored = StoredFacts.Empty with { FencePaths = [.. _state.FencePaths.Values] };
        Replica founded = ColdStart.FromDisk(
            stored, new ControlIdentity(
                Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1),
            Given.Formed(8, 3, 1, 2, 3));
        Assert.Equal(_state.FencePaths.Values, founded.Committed.FencePaths.Values);
    }

    private FencePathKnowledge Known(int from, int target) => _review.Of(_state)
        .Single(p => p.From == Given.Node(from) && p.Target == Given.Node(target)).Knowledge;

    private void Try(int from, params (int Target, string Failure)[] tries) => _state = Given.Apply(
        _state, new Command.FencePathsTried(
            Given.Node(from),
            [.. tries.Select(t =>
                new FencePathTry(new ResourceId("power"), Given.Node(t.Target), t.Failure))]), from);
}
