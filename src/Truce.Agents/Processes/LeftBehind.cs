namespace Truce.Agents.Processes;

/// <summary>What operations that succeeded leave behind: daemons that still hold our
/// pipes, and their cgroups.</summary>
internal sealed class LeftBehind : IDisposable
{
    private const int PipesMax = 256;
    private const int CgroupsMax = 4096;

    private readonly HashSet<int> _pipes = [];
    private readonly Queue<string> _cgroups = new();

    /// <summary>
    /// Takes over both ends of a pipe. The write end was opened for reading too, and processes that
    /// inherited it share its flags: from here on, even when this process is dead, writing to it
    /// neither blocks nor raises SIGPIPE. Returns the read end if it must be watched because
    /// another process holds the write end.
    /// </summary>
    public int? Adopt(int read, int write, byte[] buffer)
    {
        Native.SetNonBlocking(write, Native.OpenReadWrite);
        Native.CloseIfOpen(ref write);
        int n = Native.ReadSome(read, buffer, out int error);
        bool isHeld = n > 0 || error == Native.ErrorAgain;
        if (isHeld && _pipes.Count < PipesMax && _pipes.Add(read))
            return read;
        Native.CloseIfOpen(ref read);
        return null;
    }

    /// <summary>Reads and forgets; closes at the end.</summary>
    public void Discard(int read, byte[] buffer)
    {
        if (!_pipes.Contains(read))
            return;
        int n = Native.ReadSome(read, buffer, out int error);
        if (n > 0 || error == Native.ErrorAgain)
            return;
        _pipes.Remove(read);
        Native.CloseIfOpen(ref read);
    }

    /// <summary>Looks at the oldest two each time one is added, so that cgroups
    /// whose daemons have ended go.</summary>
    public void AddCgroup(string path)
    {
        for (int i = Math.Min(2, _cgroups.Count); i > 0; i--)
        {
            string oldest = _cgroups.Dequeue();
            if (!CgroupTree.TryRemove(oldest))
                _cgroups.Enqueue(oldest);
        }

        if (_cgroups.Count < CgroupsMax && !_cgroups.Contains(path))
            _cgroups.Enqueue(path);
    }

    public void Dispose()
    {
        foreach (int pipe in _pipes)
        {
            int descriptor = pipe;
            Native.CloseIfOpen(ref descriptor);
        }
    }
}
