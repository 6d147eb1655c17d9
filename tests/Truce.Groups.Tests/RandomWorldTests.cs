using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Long random runs with every fault, from seeds.</summary>
public sealed class RandomWorldTests(ITestOutputHelper output)
{
    private const int Seeds = 40;

    [Fact]
    public void Under_any_faults_every_promise_holds_and_everything_ends()
    {
        (int notices, int claims, int silent) = (0, 0, 0);
        for (int seed = 1; seed <= Seeds; seed++)
        {
            GroupsWorld world = RandomRun.Run(seed);
            Assert.True(RandomRun.Problem(world).Length == 0, $"seed {seed}: {RandomRun.Problem(world)}");
            notices += world.Checks.Notices.Count;
            claims += world.Clients.Sum(c =>
                c.Answers.Count(a => a.Contains("Done", StringComparison.Ordinal)));
            silent += world.Checks.Notices.Values.Count(n => n.Body is NoticeBody.ResponsivenessChanged);
        }

        output.WriteLine($"{Seeds} seeds, {notices} notices, {claims} requests done, {silent} unresponsive");
        Assert.True(notices > Seeds * 10);
        Assert.True(silent > 0);
    }
}
