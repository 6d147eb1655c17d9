namespace Truce.Verify.Numbers;

/// <summary>Runs of <c>truce check</c>, one after the other, each timed from start to end.</summary>
internal sealed class CheckRuns
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private readonly List<(string Name, double Seconds)> _taken = [];

    /// <summary>How many there were.</summary>
    public int Count => _taken.Count;

    /// <summary>The one that took longest.</summary>
    public (string Name, double Seconds) Longest => _taken.DefaultIfEmpty().MaxBy(t => t.Seconds);

    /// <summary>The recorded clusters of a folder.</summary>
    public static IEnumerable<string> Clusters(string folder) =>
        Directory.GetFiles(Path.Combine(folder, "xml"), "*.xml").Order(StringComparer.Ordinal);

    /// <summary>How many took so long, or longer.</summary>
    public int Slow(double seconds) => _taken.Count(t => t.Seconds >= seconds);

    /// <summary>Runs one, with the agents of this machine or those below a folder.</summary>
    public async Task<Ended> RunAsync(string name, string[] arguments, string? agents = null)
    {
        Dictionary<string, string> environment = agents is null ? [] : new() { ["OCF_ROOT"] = agents };
        Ended ended = await Command.RunAsync(
            Repository.At("bin", "truce"), arguments, s_limit, environment).ConfigureAwait(false);
        _taken.Add((name, ended.Took.TotalSeconds));
        return ended;
    }
}
