using System.Text;
using Truce.Cli.Metrics;

namespace Truce.Cli.Tests.Metrics;

public sealed class SharedAnswerTests
{
    private readonly SettableTime _time = new();
    private int _made;

    [Fact]
    public async Task An_answer_is_good_for_a_second()
    {
        SharedAnswer shared = new(_ => Task.FromResult(Made()), _time, CancellationToken.None);
        Assert.Equal("1", await TextAsync(shared));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal("1", await TextAsync(shared));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("2", await TextAsync(shared));
    }

    [Fact]
    public async Task Many_who_ask_wait_for_one_answer_and_one_who_leaves_does_not_end_it()
    {
        TaskCompletionSource go = new();
        SharedAnswer shared = new(
            async _ =>
            {
                await go.Task;
                return Made();
            },
            _time, CancellationToken.None);
        using CancellationTokenSource gone = new();
        Task<byte[]> leaving = shared.GetAsync(gone.Token);
        Task<byte[]>[] waiting =
            [.. Enumerable.Range(0, 20).Select(_ => shared.GetAsync(CancellationToken.None))];
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        // However long it takes, no second one is begun meanwhile.
        _time.Advance(TimeSpan.FromMinutes(1));
        Task<byte[]> late = shared.GetAsync(CancellationToken.None);
        go.SetResult();
        Assert.All(await Task.WhenAll([.. waiting, late]), a =>
            Assert.Equal("1", Encoding.UTF8.GetString(a)));
    }

    [Fact]
    public async Task After_a_failure_the_next_one_tries_again()
    {
        SharedAnswer shared = new(_ => Once(), _time, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => TextAsync(shared));
        Assert.Equal("2", await TextAsync(shared));
    }

    private Task<byte[]> Once()
    {
        byte[] made = Made();
        return _made == 1 ? throw new InvalidOperationException() : Task.FromResult(made);
    }

    private static async Task<string> TextAsync(SharedAnswer shared) =>
        Encoding.UTF8.GetString(await shared.GetAsync(TestContext.Current.CancellationToken));

    private byte[] Made() =>
        Encoding.UTF8.GetBytes((++_made).ToString(System.Globalization.CultureInfo.InvariantCulture));

    private sealed class SettableTime : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
