using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Truce.Cli.Reporting;

/// <summary>The archive while it is written: a compressed tar that only its owner may read. Unless it is
/// kept, nothing of it remains.</summary>
internal sealed class ReportArchive : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly string _folder;
    private readonly DateTimeOffset _made;
    private readonly FileStream _file;
    private readonly TarWriter _tar;
    private bool _kept;

    private ReportArchive(string path, string folder, DateTimeOffset made, FileStream file)
    {
        (_path, _folder, _made, _file) = (path, folder, made, file);
        _tar = new TarWriter(new GZipStream(file, CompressionLevel.Fastest), TarEntryFormat.Pax);
    }

    /// <summary>Its size on disk, once it is kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Begins one. The file must not exist: another's, or a link, is never written to.</summary>
    /// <param name="path">Where.</param>
    /// <param name="folder">The folder that everything lies in when it is unpacked.</param>
    /// <param name="made">The time that its files have.</param>
    /// <exception cref="CommandException">It can't be created.</exception>
    public static ReportArchive Create(string path, string folder, DateTimeOffset made)
    {
        try
        {
            return new ReportArchive(path, folder, made, new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = Private,
            }));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                refused is UnauthorizedAccessException ? ExitCode.Refused : ExitCode.BadInput,
                $"{path}: {refused.Message}", "name another file with --output, on a disk with free space");
        }
    }

    /// <summary>Adds a file.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        using MemoryStream data = new(content.ToArray(), writable: false);
        _tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{_folder}/{name}")
        {
            Mode = Private,
            ModificationTime = _made,
            DataStream = data,
        });
    }

    /// <summary>Adds a text file.</summary>
    public void Add(string name, string content) => Add(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Ends it; the file stays.</summary>
    public void Keep()
    {
        _tar.Dispose();
        Bytes = new FileInfo(_path).Length;
        _kept = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_kept)
            return;
        // What is left of a full disk's archive is of no use, and ending it would fail as well.
        File.Delete(_path);
        _file.Dispose();
    }
}
