using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>
/// Pause points, armed by truce.conf's test_pause in a lab: <c>NAME=FILE</c> waits at NAME as long
/// as FILE is there (after writing FILE.reached), <c>NAME!</c> ends the process there as kill -9
/// would. Several are parted by spaces.
/// </summary>
internal sealed class NodePause : IPausePoints
{
    private readonly Dictionary<string, string?> _points = new(StringComparer.Ordinal);

    public NodePause(string armed)
    {
        foreach (string item in armed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (item.EndsWith('!'))
                _points[item[..^1]] = null;
            else if (item.Split('=', 2) is [var name, var file])
                _points[name] = file;
        }
    }

    public void Reach(string name)
    {
        if (!_points.TryGetValue(name, out string? file))
            return;
        if (file is null)
            NativeProcess.KillSelf();
        if (file is null || !File.Exists(file))
            return;
        File.WriteAllText(file + ".reached", name);
        while (File.Exists(file))
            Thread.Sleep(5);
    }
}

/// <summary>Nothing is armed.</summary>
internal sealed class NoPause : IPausePoints
{
    public void Reach(string name) { }
}
