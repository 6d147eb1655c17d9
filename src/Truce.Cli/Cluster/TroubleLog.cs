namespace Truce.Cli.Cluster;

/// <summary>Says once why the cluster doesn't answer, and once that it does again: a service that asks again
/// and again doesn't fill the journal with it.</summary>
/// <param name="error">Where it is said.</param>
internal sealed class TroubleLog(TextWriter error)
{
    private string? _told;

    /// <summary>How it went this time; null: well.</summary>
    public void Tell(string? trouble)
    {
        if (trouble == _told)
            return;
        _told = trouble;
        error.WriteLine(trouble is null ? "truce: the cluster answers again" : $"truce: {trouble}");
        error.Flush();
    }
}
