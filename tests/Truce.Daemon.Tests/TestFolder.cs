namespace Truce.Daemon.Tests;

/// <summary>A folder of one test's own, gone afterwards. Its name is short: a socket's path has 107 bytes.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("td-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
