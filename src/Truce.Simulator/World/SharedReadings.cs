using System.Runtime.InteropServices;
using Truce.Runtime.Controller;

namespace Truce.Simulator.World;

/// <summary>
/// What many nodes get is one array of bytes in this process: read once, by whoever gets it first. What is
/// read can't be changed, so that nobody notices.
/// </summary>
internal sealed class SharedReadings
{
    private const int KeptMax = 512;
    private readonly Dictionary<byte[], PeerReading> _readings = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads a message.</summary>
    public PeerReading Read(ReadOnlyMemory<byte> payload)
    {
        if (!MemoryMarshal.TryGetArray(payload, out ArraySegment<byte> segment) || segment.Array is not { } bytes)
            return PeerReading.Of(payload);
        if (_readings.TryGetValue(bytes, out PeerReading? known))
            return known;
        if (_readings.Count >= KeptMax)
            _readings.Clear();
        return _readings[bytes] = PeerReading.Of(payload);
    }
}
