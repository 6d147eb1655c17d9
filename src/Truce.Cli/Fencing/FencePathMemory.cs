using Truce.Cli.Cluster;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Fencing;

/// <summary>Tells the cluster which paths of fencing were tried, and what came of it.</summary>
internal static class FencePathMemory
{
    /// <summary>Tells it; what was found out counts even where the cluster can't be told.</summary>
    public static async Task TellAsync(
        TextWriter error, ICluster cluster, NodeId self, IReadOnlyList<FencePathJson> lines,
        CancellationToken cancel)
    {
        foreach (TriedFencePath[] part in lines.Where(l => l is { Target: not null, Device.Length: > 0 })
            .Select(l => new TriedFencePath(l.Device, l.Target!, l.Ok ? "" : Remark(l.Detail)))
            .DistinctBy(p => (p.Device, p.Target)).Chunk(RequestRules.FencePathsMax))
        {
            try
            {
                await cluster.AskAsync<ClientReply.Done>(
                    new ClientRequest.TellFencePaths(self.Value, [.. part]), cancel).ConfigureAwait(false);
            }
            catch (CommandException refused)
            {
                error.WriteLine($"truce: the cluster didn't record this: {refused.Message}");
                return;
            }
        }
    }

    private static string Remark(string detail)
    {
        string line = string.Concat(detail.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return line.Length == 0 ? "failed" : line[..Math.Min(line.Length, RequestRules.RemarkLengthMax)];
    }
}
