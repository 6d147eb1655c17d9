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
        ClientReply.Configuration shown = await cluster
            .AskAsync<ClientReply.Configuration>(new ClientRequest.GetConfiguration(null, true), cancel).ConfigureAwait(false);
        return shown.Xml;
    }
}
