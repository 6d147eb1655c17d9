using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>A cluster that answers, through one of its nodes.</summary>
public interface ICluster : IAsyncDisposable
{
    /// <summary>Through which socket, for messages.</summary>
    string Socket { get; }

    /// <summary>Asks one thing and waits for the answer. A refusal is an answer.</summary>
    /// <exception cref="CommandException">The cluster stopped answering.</exception>
    Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancel);

    /// <summary>What happens after an index, as it happens; without end.</summary>
    /// <exception cref="CommandException">The cluster stopped answering.</exception>
    IAsyncEnumerable<ClusterEvent> EventsAsync(long after, CancellationToken cancel);

    /// <summary>The status now and after each change; without end.</summary>
    /// <exception cref="CommandException">The cluster stopped answering.</exception>
    IAsyncEnumerable<ClusterStatusDocument> StatusesAsync(CancellationToken cancel);
}
