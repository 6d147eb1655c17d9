using Truce.Simulator.Laboratory;

namespace Truce.Simulator.Tests;

/// <summary>With all of its rules the fence guard leaves nothing to complain of; <c>make verify-fencing
/// ROWS=mutations</c> shows that each is missed.</summary>
public sealed class GuardProbeTests
{
    public static TheoryData<string> Names => [.. GuardProbe.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void With_all_rules_nothing_is_complained_of(string name) =>
        Assert.Empty(GuardProbe.All.Single(p => p.Name == name).Run());

    [Fact]
    public void Each_probe_proves_a_rule() => Assert.Equal(
        GuardProbe.All.Select(p => p.Name).Order(),
        Truce.Sim.GuardMutationList.All.Select(m => m.Promise).Distinct().Order());
}
