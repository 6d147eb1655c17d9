namespace Truce.EndToEnd.World;

/// <summary>The checker of leaders finds what it is for.</summary>
public sealed class LeaderRecordTests
{
    [Fact]
    public void One_leader_after_another_is_fine() => Assert.Empty(LeaderRecord.Check(
        [new(1, "a", 7), new(2, "a", 7), new(3, "b", 9), new(4, "a", 12)]));

    [Fact]
    public void A_former_leader_that_still_works_is_found() => Assert.Single(LeaderRecord.Check(
        [new(1, "a", 7), new(2, "b", 9), new(3, "a", 7)]));

    [Fact]
    public void Two_leaders_of_one_epoch_are_found() => Assert.Single(LeaderRecord.Check(
        [new(1, "a", 7), new(2, "b", 7)]));
}
