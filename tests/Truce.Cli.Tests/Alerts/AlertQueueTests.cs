using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Cli.Alerts;

namespace Truce.Cli.Tests.Alerts;

public sealed class AlertQueueTests
{
    private readonly ConcurrentQueue<string> _log = [];

    [Fact]
    public async Task Calls_of_a_recipient_follow_each_other_in_order()
    {
        ConcurrentQueue<string> ran = [];
        int running = 0, most = 0;
        using AlertQueue queue = new(
            async (call, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                ran.Enqueue(call.Path);
                Interlocked.Decrement(ref running);
            },
            _log.Enqueue, CancellationToken.None);
        string[] all = [.. Enumerable.Range(0, 100).Select(i => $"/{i}")];
        foreach (string path in all)
            queue.Add(Call("a", path));
        await queue.DrainedAsync();
        Assert.Equal(all, ran);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_recipient_that_hangs_does_not_keep_the_others_waiting_and_few_run_at_once()
    {
        TaskCompletionSource go = new();
        TaskCompletionSource fourRun = new();
        int begun = 0, done = 0;
        using AlertQueue queue = new(
            async (call, _) =>
            {
                if (call.Alert == "quick")
                {
                    done++;
                    return;
                }

                if (Interlocked.Increment(ref begun) == AlertQueue.RunningMax - 1)
                    fourRun.TrySetResult();
                await go.Task;
            },
            _log.Enqueue, CancellationToken.None);
        for (int i = 0; i < AlertQueue.RunningMax - 1; i++)
            queue.Add(Call($"hangs-{i}", "/x"));
        await fourRun.Task.WaitAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 50; i++)
            queue.Add(Call("quick", "/x"));
        while (Volatile.Read(ref done) < 50)
            await Task.Yield();
        Assert.Equal(AlertQueue.RunningMax - 1, begun);
        go.SetResult();
        await queue.DrainedAsync();
    }

    [Fact]
    public async Task Of_a_recipient_that_has_too_many_the_new_ones_are_left_out_and_that_is_said()
    {
        TaskCompletionSource go = new();
        TaskCompletionSource first = new();
        List<string> ran = [];
        using AlertQueue queue = new(
            async (call, _) =>
            {
                first.TrySetResult();
                await go.Task;
                ran.Add(call.Path);
            },
            _log.Enqueue, CancellationToken.None);
        queue.Add(Call("a", "/0"));
        await first.Task.WaitAsync(TestContext.Current.CancellationToken);
        for (int i = 1; i <= AlertQueue.WaitingMax + 3; i++)
            queue.Add(Call("a", $"/{i}"));
        go.SetResult();
        await queue.DrainedAsync();
        Assert.Equal(AlertQueue.WaitingMax + 1, ran.Count);
        Assert.Equal($"/{AlertQueue.WaitingMax}", ran[^1]);
        Assert.Equal(2, _log.Count);
        Assert.Contains("500 calls are waiting", _log.First(), StringComparison.Ordinal);
        Assert.Contains("3 calls were left out", _log.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_what_runs()
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource begun = new();
        int ran = 0;
        using AlertQueue queue = new(
            async (_, end) =>
            {
                ran++;
                begun.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, end);
            },
            _log.Enqueue, stop.Token);
        queue.Add(Call("a", "/1"));
        queue.Add(Call("a", "/2"));
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await queue.DrainedAsync();
        Assert.Equal(1, ran);
    }

    private static AlertCall Call(string alert, string path) =>
        new(alert, "", path, TimeSpan.FromSeconds(1), ImmutableSortedDictionary<string, string>.Empty);
}
