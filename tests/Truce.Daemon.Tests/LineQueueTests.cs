using Truce.Daemon.Hosting;

namespace Truce.Daemon.Tests;

public sealed class LineQueueTests
{
    [Fact]
    public void Lines_come_in_order_and_what_found_no_room_is_counted_once()
    {
        LineQueue<string> queue = new(2);
        foreach (string line in new[] { "a", "b", "c", "d" })
            queue.Add(line);
        Assert.Equal("a", queue.Take(out int dropped));
        Assert.Equal(2, dropped);
        Assert.Equal("b", queue.Take(out dropped));
        Assert.Equal(0, dropped);
    }

    [Fact]
    public void What_waits_when_it_is_completed_is_still_taken()
    {
        LineQueue<string> queue = new(2);
        queue.Add("a");
        queue.Complete();
        queue.Add("too late");
        Assert.Equal("a", queue.Take(out _));
        Assert.Null(queue.Take(out _));
    }

    [Fact]
    public async Task Who_waits_for_a_line_is_woken_by_it_and_by_the_end()
    {
        LineQueue<string> queue = new(2);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task<(string? First, string? Second)> taker =
            Task.Run(() => (queue.Take(out _), queue.Take(out _)), cancel);
        queue.Add("a");
        queue.Complete();
        Assert.Equal(("a", null), await taker.WaitAsync(TimeSpan.FromSeconds(60), cancel));
    }
}
