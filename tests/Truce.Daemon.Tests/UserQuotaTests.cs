using Truce.Daemon.Api;

namespace Truce.Daemon.Tests;

/// <summary>What one user may take of the API, and that another's use is no part of it.</summary>
public sealed class UserQuotaTests
{
    private const uint Alice = 500;
    private const uint Root = 0;

    private readonly Clock _clock = new();
    private readonly UserQuotas _quotas;

    public UserQuotaTests() => _quotas = new UserQuotas(_clock);

    [Fact]
    public void A_reader_has_so_many_connections_and_gets_another_when_one_ends()
    {
        CallerAccount alice = _quotas.Of(Alice, ApiRight.ByAcl);
        int had = 0;
        while (alice.TryConnect())
            had++;
        Assert.Equal(CallerLimits.Reader.Connections, had);
        alice.Disconnect();
        Assert.True(alice.TryConnect());
        Assert.True(_quotas.Of(Alice + 1, ApiRight.ByAcl).TryConnect());
    }

    [Fact]
    public void All_readers_together_leave_root_its_connections_and_bytes()
    {
        int had = 0;
        for (uint user = 1; user <= 100; user++)
        {
            CallerAccount reader = _quotas.Of(user, ApiRight.ByAcl);
            while (reader.TryConnect())
                had++;
            reader.TryHold(CallerLimits.Reader.Bytes / 10);
        }

        Assert.Equal(CallerLimits.Reader.ConnectionsOfAll, had);
        Assert.False(_quotas.Of(Alice, ApiRight.ByAcl).TryHold(CallerLimits.Reader.Bytes / 10));
        CallerAccount root = _quotas.Of(Root, ApiRight.All);
        Assert.True(root.TryConnect());
        Assert.True(root.TryHold(8 * 1024 * 1024));
    }

    [Fact]
    public async Task Who_asks_too_fast_waits_and_who_would_wait_too_long_is_refused()
    {
        CallerAccount alice = _quotas.Of(Alice, ApiRight.ByAcl);
        for (int i = 0; i < CallerLimits.Reader.RequestsAtOnce; i++)
            Assert.True(alice.TurnAsync(0, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        Task<bool> next = alice.TurnAsync(0, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next);
        alice.Charge(256L * 1024 * 1024);
        Assert.False(await alice.TurnAsync(0, TestContext.Current.CancellationToken));
        Assert.True(_quotas.Of(Root, ApiRight.All).TurnAsync(0, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    private sealed class Clock : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timer timer = new(() => callback(state), _now + dueTime.Ticks);
            _timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            _now += by.Ticks;
            foreach (Timer due in _timers.Where(t => t.Due <= _now).ToList())
            {
                _timers.Remove(due);
                due.Fire();
            }
        }

        private sealed class Timer(Action fire, long due) : ITimer
        {
            public long Due => due;

            public void Fire() => fire();

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
