using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Truce.Analysis.Setup;
using Truce.Model.Corosync;

namespace Truce.Cli.ClusterSetup;

/// <summary>A file to be written.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">What.</param>
/// <param name="Mode">Who may read it.</param>
internal sealed record NewFile(string Path, byte[] Content, UnixFileMode Mode);

/// <summary>What came of writing files.</summary>
/// <param name="Written">Those that changed.</param>
/// <param name="Kept">Copies of what was there before.</param>
internal sealed record FilesWritten(string[] Written, string[] Kept);

/// <summary>The files of a node's Corosync: read, and replaced together or not at all.</summary>
internal sealed class ClusterFiles(ISetupHost host, TimeProvider time)
{
    /// <summary>The configuration.</summary>
    public const string Configuration = "/etc/corosync/corosync.conf";

    /// <summary>Bytes of a new key, as corosync-keygen makes it.</summary>
    private const int KeyBytes = 256;

    private const string Fresh = ".truce-new";
    private const UnixFileMode Everyone = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>corosync.conf with its key; null: there is none.</summary>
    /// <exception cref="CommandException">It can't be read.</exception>
    public Candidate? Read()
    {
        string path = host.PathOf(Configuration);
        if (!File.Exists(path))
            return null;
        Candidate read = Candidate.Of(FileInput.Read(path, TextOf), Configuration, null);
        return read with { Key = KeyOf(read.File), Access = AccessTo(read.File) };
    }

    // Null: there is none.
    private byte[]? KeyOf(CorosyncFile file)
    {
        string path = host.PathOf(MachineRules.KeyPath(file));
        return File.Exists(path) ? FileInput.Read(path, BytesOf) : null;
    }

    private KeyAccess AccessTo(CorosyncFile file)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        string path = host.PathOf(MachineRules.KeyPath(file));
        return File.Exists(path) && (File.GetUnixFileMode(path) & others) != 0
            ? KeyAccess.Others : KeyAccess.RootOnly;
    }

    /// <summary>What to write so that a file and its key are in force.</summary>
    public static IEnumerable<NewFile> Of(Candidate candidate)
    {
        yield return new NewFile(Configuration, Encoding.UTF8.GetBytes(candidate.Text), Everyone);
        if (candidate.Key is { } key)
            yield return new NewFile(MachineRules.KeyPath(candidate.File), key, UnixFileMode.UserRead);
    }

    /// <summary>A key that nobody has yet.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>
    /// Puts files into their places. All are on disk before the first takes its place; a copy of what was
    /// there is kept; if one can't take its place, the others are put back.
    /// </summary>
    /// <exception cref="IOException">One can't be written: everything is as before.</exception>
    public FilesWritten Replace(IEnumerable<NewFile> files)
    {
        string suffix = ".kept-" + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'",
            CultureInfo.InvariantCulture);
        NewFile[] changed = [.. files.Where(IsChange)];
        List<NewFile> replaced = [];
        try
        {
            foreach (NewFile file in changed)
                WriteBeside(file);
            foreach (NewFile file in changed)
            {
                if (File.Exists(host.PathOf(file.Path)))
                    File.Copy(host.PathOf(file.Path), host.PathOf(file.Path + suffix), overwrite: true);
                File.Move(host.PathOf(file.Path + Fresh), host.PathOf(file.Path), overwrite: true);
                replaced.Add(file);
            }
        }
        catch
        {
            PutBack(replaced, suffix);
            foreach (NewFile file in changed)
            {
                File.Delete(host.PathOf(file.Path + Fresh));
                File.Delete(host.PathOf(file.Path + suffix));
            }

            throw;
        }

        return new FilesWritten(
            [.. changed.Select(f => f.Path)],
            [.. changed.Select(f => f.Path + suffix).Where(k => File.Exists(host.PathOf(k)))]);
    }

    private void PutBack(IEnumerable<NewFile> replaced, string suffix)
    {
        foreach (string path in replaced.Select(f => f.Path))
        {
            if (File.Exists(host.PathOf(path + suffix)))
                File.Move(host.PathOf(path + suffix), host.PathOf(path), overwrite: true);
            else
                File.Delete(host.PathOf(path));
        }
    }

    private bool IsChange(NewFile file)
    {
        string path = host.PathOf(file.Path);
        return !File.Exists(path) || File.GetUnixFileMode(path) != file.Mode
            || !File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Content);
    }

    private void WriteBeside(NewFile file)
    {
        string path = host.PathOf(file.Path + Fresh);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        Write(path, file.Content, file.Mode);
    }

    /// <summary>Writes a file that isn't there yet, to the disk.</summary>
    public static void Write(string path, byte[] content, UnixFileMode mode)
    {
        using FileStream stream = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        });
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        // Whatever the umask took away.
        File.SetUnixFileMode(path, mode);
    }

    private static string TextOf(Stream stream) => Encoding.UTF8.GetString(BytesOf(stream));

    private static byte[] BytesOf(Stream stream)
    {
        using MemoryStream bytes = new();
        byte[] buffer = new byte[CorosyncReader.CharactersMax];
        for (int n; bytes.Length <= CorosyncReader.CharactersMax && (n = stream.Read(buffer)) > 0;)
            bytes.Write(buffer, 0, n);
        return bytes.ToArray();
    }
}
