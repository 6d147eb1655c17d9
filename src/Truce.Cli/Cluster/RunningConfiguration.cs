using System.CommandLine;

using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>The running cluster's CIB, with its status.</summary>
internal static class RunningConfiguration
{
    /// <summary>What it is called where a file would be named.</summary>
    public const string Name = "the running cluster";

    /// <summary>Asks the cluster that the command line names for it.</summary>
    public static async Task<string> ReadAsync(CliContext context, ParseResult parse, CancellationToken cancel)
    {
        await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
        return await ReadAsync(cluster, cancel).ConfigureAwait(false);
    }

    /// <summary>Asks a cluster for it.</summary>
    public static async Task<string> ReadAsync(ICluster cluster, CancellationToken cancel)
    {
        // A plan compares parameters with what ran: with masks it would see changes
        // that aren't. It prints none of them.
        ClientRequest.GetConfiguration masked = new(null, true);
        ClientReply reply = await cluster.AskAsync(masked with { Secrets = SecretsShown.Shown }, cancel).ConfigureAwait(false);
        return reply is ClientReply.Configuration whole
            ? whole.Xml
            : (await cluster.AskAsync<ClientReply.Configuration>(masked, cancel).ConfigureAwait(false)).Xml;
    }
}
