using Truce.Cli.GroupServices;
using Truce.Contracts.Groups;

namespace Truce.Cli.Tests;

/// <summary>What status says of Group Services.</summary>
public sealed class GroupsStatusTests
{
    [Fact]
    public void One_sentence_says_how_it_stands() => Assert.Equal(
        ["Group Services: ready; servers of n1, n2, lost: n3; 1 client here; 0 groups, 0 claims"],
        GroupsStatus.Lines(new GroupsReply.Listed(
            1, GroupsReadiness.Ready, [], [], new WireServer(1, ["n1", "n2"], ["n3"]))));

    [Fact]
    public void What_waits_for_proof_is_named() => Assert.Equal(
        [
            "Group Services: no majority: nobody is served; 2 groups, 2 claims",
            "  claim disk waits for proof that n3 is off",
            "  group db waits for proof: n2, n3 must be off",
        ],
        GroupsStatus.Lines(new GroupsReply.Listed(
            1, GroupsReadiness.NoMajority,
            [new WireSummary("db", 3, 0, null, ["n2", "n3"]), new WireSummary("web", 1, 0)],
            [
                new WireClaim("disk", "c", "n3", 7, 0, WireFence.Required, WireClaimState.Unproven),
                new WireClaim("lead", "c", "n1", 8, 0),
            ])));
}
