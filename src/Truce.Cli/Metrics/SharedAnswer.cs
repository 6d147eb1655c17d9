namespace Truce.Cli.Metrics;

/// <summary>
/// However many ask, one answer is made at a time, and it is good for a second: scrapers can't
/// make the cluster work harder than that.
/// </summary>
/// <param name="make">Makes an answer; ends only with <paramref name="stop"/>.</param>
/// <param name="time">What time it is.</param>
/// <param name="stop">Ends what is being made.</param>
internal sealed class SharedAnswer(
    Func<CancellationToken, Task<byte[]>> make, TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan s_good = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<byte[]>? _answer;
    private long _ended;

    /// <summary>The answer, made now or within the last second. Who stops waiting doesn't end it for
    /// others.</summary>
    public Task<byte[]> GetAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_answer is null || (_answer is { IsCompleted: true } done && IsOld(done)))
                _answer = MakeAsync();
            return _answer.WaitAsync(cancel);
        }
    }

    private bool IsOld(Task<byte[]> done) =>
        !done.IsCompletedSuccessfully || time.GetElapsedTime(Interlocked.Read(ref _ended)) >= s_good;

    private async Task<byte[]> MakeAsync()
    {
        byte[] answer = await make(stop).ConfigureAwait(false);
        Interlocked.Exchange(ref _ended, time.GetTimestamp());
        return answer;
    }
}
