using Truce.Scheduler;

namespace Truce.Cli.Tests;

/// <summary>Work on paper ends at its bounds, when a person has enough of it, and with words for whatever it throws.</summary>
public sealed class BoundedWorkTests
{
    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_what_comes_out() =>
        Assert.Equal(7, await BoundedWork.RunAsync("x", WorkBounds.Default, _ => 7, Never));

    [Fact]
    public async Task Work_that_never_looks_up_ends_at_its_time()
    {
        using ManualResetEventSlim never = new();
        CommandException problem = await Assert.ThrowsAsync<CommandException>(() => BoundedWork.RunAsync(
            "x.xml", WorkBounds.Default with { Time = TimeSpan.FromMilliseconds(1) }, _ => Wait(never), Never));
        Assert.Equal(ExitCode.BadInput, problem.Code);
        Assert.Contains("x.xml: it takes longer than 0.001 s", problem.Message, StringComparison.Ordinal);
        Assert.Contains("--time-limit", problem.Remedy, StringComparison.Ordinal);
        never.Set();
    }

    [Fact]
    public async Task Work_that_takes_too_much_memory_ends()
    {
        using ManualResetEventSlim never = new();
        CommandException problem = await Assert.ThrowsAsync<CommandException>(() => BoundedWork.RunAsync(
            "x.xml", WorkBounds.Default with { MemoryBytes = 1 }, _ => Wait(never), Never));
        Assert.Equal(ExitCode.BadInput, problem.Code);
        Assert.Contains("more memory", problem.Message, StringComparison.Ordinal);
        never.Set();
    }

    [Fact]
    public async Task Who_has_enough_of_it_doesnt_wait_for_it()
    {
        using ManualResetEventSlim never = new();
        using CancellationTokenSource enough = new();
        Task<int> work = BoundedWork.RunAsync("x.xml", WorkBounds.Default, _ => Wait(never), enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        never.Set();
    }

    [Fact]
    public async Task A_defect_of_the_planner_is_told_in_a_sentence()
    {
        CommandException problem = await Assert.ThrowsAsync<CommandException>(() => BoundedWork.RunAsync<int>(
            "x.xml", WorkBounds.Default, _ => throw new InvalidOperationException("no such thing"), Never));
        Assert.Equal(ExitCode.Defect, problem.Code);
        Assert.Equal("x.xml: planning fails: InvalidOperationException: no such thing", problem.Message);
        Assert.NotNull(problem.Remedy);
    }

    [Fact]
    public async Task A_plan_that_costs_too_much_is_bad_input()
    {
        CommandException problem = await Assert.ThrowsAsync<CommandException>(() => BoundedWork.RunAsync<int>(
            "x.xml", WorkBounds.Default, _ => throw new PlanBudgetException(5, "planning takes more than 5 units of work"), Never));
        Assert.Equal(ExitCode.BadInput, problem.Code);
    }

    private static int Wait(ManualResetEventSlim never)
    {
        never.Wait(CancellationToken.None);
        return 0;
    }
}
