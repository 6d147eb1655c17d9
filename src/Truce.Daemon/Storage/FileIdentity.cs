using Microsoft.Win32.SafeHandles;
using Truce.Model.Replication;

namespace Truce.Daemon.Storage;

/// <summary>
/// Whether a path still leads to the file that was opened there, with the length that was left. SQLite
/// goes on writing to a file that was deleted or cut short under it, and calls that synced. Opened
/// before SQLite's own connection and closed after it: closing any descriptor of a file drops the
/// locks that this process has on it.
/// </summary>
internal sealed class FileIdentity : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private long _length;

    public FileIdentity(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Keep();
    }

    /// <summary>The file is as we want it: what it is from now on must be our doing.</summary>
    public void Keep() => _length = RandomAccess.GetLength(_file);

    /// <exception cref="StoreException">It isn't the file that was opened, or was cut short.</exception>
    public void Check()
    {
        // The kernel shows where the open file is now, and " (deleted)" where it is nowhere.
        string? now = new FileInfo($"/proc/self/fd/{_file.DangerousGetHandle()}").LinkTarget;
        if (now is not null && now != Real(_path))
            throw new StoreException(StoreFault.Replaced, $"{_path}: deleted or replaced while it was open (now {now})");
        if (RandomAccess.GetLength(_file) is var length && length < _length)
            throw new StoreException(StoreFault.Damaged, $"{_path}: truncated from {_length} to {length} bytes while it was open");
    }

    public void Dispose() => _file.Dispose();

    private static string Real(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string real = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
        return Path.Combine(real, Path.GetFileName(path));
    }
}
