using System.Runtime.InteropServices;

namespace Truce.Agents.Processes;

/// <summary>Waits for many descriptors at once; each carries a number that
/// comes back with its events.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Modify = 3;
    private const uint Readable = 1;
    private const int Batch = 128;

    /// <summary>struct epoll_event is packed on x86-64 only.</summary>
    private static readonly int s_dataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static readonly int s_size = s_dataAt + 8;

    private readonly byte[] _events = GC.AllocateArray<byte>(Batch * 16, pinned: true);
    private int _epoll;

    public Epoll()
    {
        _epoll = Native.EpollCreate(Native.OpenCloseOnExec);
        if (_epoll < 0)
            throw Native.LastError("epoll_create1");
    }

    public void Watch(int descriptor, long token) => Control(Add, descriptor, token);

    /// <summary>Gives a watched descriptor another number.</summary>
    public void Rename(int descriptor, long token) => Control(Modify, descriptor, token);

    /// <summary>Fills <paramref name="tokens"/> with what is ready; returns after
    /// <paramref name="timeoutMs"/> at the latest (-1: waits).</summary>
    public void Wait(List<long> tokens, int timeoutMs)
    {
        tokens.Clear();
        fixed (byte* events = _events)
        {
            int n = Native.EpollWait(_epoll, events, Batch, timeoutMs);
            for (int i = 0; i < n; i++)
                tokens.Add(*(long*)(events + (i * s_size) + s_dataAt));
        }
    }

    private void Control(int operation, int descriptor, long token)
    {
        byte* request = stackalloc byte[16];
        *(uint*)request = Readable;
        *(long*)(request + s_dataAt) = token;
        if (Native.EpollControl(_epoll, operation, descriptor, request) != 0)
            throw Native.LastError("epoll_ctl");
    }

    public void Dispose() => Native.CloseIfOpen(ref _epoll);
}
