namespace Truce.EndToEnd.Corosync;

/// <summary>Numbers that are the same on every machine and forever: a failed round is named by its seed.</summary>
internal sealed class Draw(int seed, int round)
{
    private ulong _state = ((ulong)seed * 1_000_003) + (ulong)round;

    /// <summary>A number from 0 to one less than that.</summary>
    public int Below(int limit)
    {
        _state = (_state * 6364136223846793005) + 1442695040888963407;
        return (int)((_state >> 33) % (ulong)limit);
    }

    /// <summary>Milliseconds between two bounds.</summary>
    public TimeSpan Between(int fromMs, int toMs) => TimeSpan.FromMilliseconds(fromMs + Below(toMs - fromMs));
}
