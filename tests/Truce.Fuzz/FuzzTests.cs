using Truce.Fuzz.Running;

namespace Truce.Fuzz;

public sealed class FuzzTests
{
    private const int Seed = 20260507;
    private const int Runs = 1_500;

    public static TheoryData<string> Targets { get; } = new(AllTargets.All.Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Whatever_others_send_ends_in_an_answer(string name)
    {
        FuzzTarget target = AllTargets.All.Single(t => t.Name == name);
        FuzzResult result = new FuzzLoop(target, Seed).Run(runs => runs < Runs);
        Assert.True(result.Findings.Count == 0,
            string.Join("\n\n",
            result.Findings.Select(f => $"{f.File}: {Convert.ToBase64String(f.Input)}\n{f.What}")));
        Assert.True(result.Runs >= Runs);
    }

    [Fact]
    public void What_was_found_once_isnt_found_again()
    {
        foreach (string file in Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "tests", "Truce.Fuzz", "findings"), "*.bin"))
        {
            string name = Path.GetFileName(file)[..Path.GetFileName(file).LastIndexOf('-')];
            Assert.Null(FuzzLoop.Problem(
                AllTargets.All.Single(t => t.Name == name), File.ReadAllBytes(file)));
        }
    }

    [Fact]
    public void A_target_that_throws_hangs_or_grows_is_a_finding()
    {
        FuzzTarget planted = new("planted", ["seed"u8.ToArray()], ["!"], input =>
        {
            if (input.Contains((byte)'!'))
                throw new InvalidOperationException("planted");
        });
        Assert.Single(new FuzzLoop(planted, Seed).Run(runs => runs < Runs).Findings);
    }
}
