using System.Diagnostics;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>Asks for one kind of answer, and turns every other into an exit code with a sentence.</summary>
public static class Answers
{
    /// <summary>How often a change is made anew because someone else changed the configuration in the
    /// meantime, or nobody knows whether it was made.</summary>
    private const int AttemptsMax = 16;

    private static readonly TimeSpan s_unsureMax = TimeSpan.FromSeconds(15);

    // Those whom one change has put off don't come again all at once.
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks; a refusal ends the command.</summary>
    public static async Task<T> AskAsync<T>(this ICluster cluster, ClientRequest request, CancellationToken cancel)
        where T : ClientReply
    {
        ClientReply reply = await cluster.AskAsync(request, cancel).ConfigureAwait(false);
        return reply switch
        {
            T wanted => wanted,
            ClientReply.Refused refused => throw Refusal(refused),
            ClientReply other => throw new InvalidOperationException($"{other.GetType().Name} in answer to {request.GetType().Name}"),
        };
    }

    /// <summary>What findings about a changed configuration name in place of a file.</summary>
    internal const string Configuration = "configuration";

    /// <summary>The status.</summary>
    public static async Task<ClusterStatusDocument> StatusAsync(this ICluster cluster, CancellationToken cancel) =>
        (await cluster.AskAsync<ClientReply.Status>(new ClientRequest.GetStatus(), cancel).ConfigureAwait(false)).Cluster;

    /// <summary>The configuration, without the status.</summary>
    internal static async Task<CibDocument> DocumentAsync(this ICluster cluster, CancellationToken cancel) =>
        CibDocument.Parse((await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, false), cancel).ConfigureAwait(false)).Xml);

    /// <summary>
    /// Changes the configuration: reads it, lets <paramref name="change"/> make another, and submits that for
    /// the version it was made on. If another change came first, all of this is repeated on top of it; so it
    /// is if nobody knows whether it was made. It is never made twice: on a version that has passed it is
    /// refused.
    /// </summary>
    /// <param name="cluster">Where.</param>
    /// <param name="comment">For the configuration's history.</param>
    /// <param name="change">Gives the new configuration as XML, or null if nothing is to be changed.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The answer; null if nothing was to be changed.</returns>
    public static async Task<ClientReply.Done?> ChangeAsync(
        this ICluster cluster, string comment, Func<string, string?> change, CancellationToken cancel)
    {
        Unsure? unsure = null;
        long begin = Stopwatch.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            ClientReply.Configuration now = await cluster
                .AskAsync<ClientReply.Configuration>(new ClientRequest.GetConfiguration(null, false), cancel)
                .ConfigureAwait(false);
            if (unsure is not null && now.Version == unsure.Version + 1
                && await cluster.HasMadeAsync(now.Version, comment, cancel).ConfigureAwait(false) is { } made)
                return made;
            if (change(now.Xml) is not { } xml)
                return null;
            ClientReply reply = await cluster
                .AskAsync(new ClientRequest.ApplyConfiguration(xml, now.Version, false, comment), cancel)
                .ConfigureAwait(false);
            if (reply is ClientReply.Done done)
                return done;
            ClientReply.Refused refused = (ClientReply.Refused)reply;
            if (refused.Kind == RefusalKind.TimedOut)
                unsure ??= new Unsure(now.Version, refused);
            if (refused.Kind is not (RefusalKind.Conflict or RefusalKind.TimedOut))
                throw Refusal(unsure?.Said ?? refused, Configuration);
            // A cluster that saves nothing for so long says so by itself: in its status.
            bool isLast = attempt == AttemptsMax;
            if (unsure is not null && (isLast || Stopwatch.GetElapsedTime(begin) > s_unsureMax))
                throw Refusal(unsure.Said, Configuration);
            if (isLast)
                throw Overtaken();
            await Task.Delay(s_pauseMax * Random.Shared.NextDouble(), cancel).ConfigureAwait(false);
        }
    }

    private static CommandException Overtaken() => new(
        ExitCode.Refused,
        $"the configuration stays as it is: others have changed it {AttemptsMax} times meanwhile",
        "see who does (truce config history), and try again");

    private static async Task<ClientReply.Done?> HasMadeAsync(
        this ICluster cluster, long version, string comment, CancellationToken cancel)
    {
        ClientReply.ConfigurationHistory history = await cluster.AskAsync<ClientReply.ConfigurationHistory>(
            new ClientRequest.GetConfigurationHistory(), cancel).ConfigureAwait(false);
        if (!history.Versions.Any(v => v.Version == version && v.Comment == comment))
            return null;
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        return new ClientReply.Done(status.Index, version, "", []);
    }

    // What was submitted for a version, and may have been made or not.
    private sealed record Unsure(long Version, ClientReply.Refused Said);

    /// <summary>A refusal as the end of a command.</summary>
    /// <param name="refused">The refusal.</param>
    /// <param name="file">The input that its findings are about.</param>
    public static CommandException Refusal(ClientReply.Refused refused, string file = "-")
    {
        Sentence said = Sentence.Of(refused.Message);
        return new(CodeOf(refused.Kind), said.Said, said.Remedy ?? RemedyOf(refused.Kind))
        {
            Findings = refused.Findings,
            File = file,
        };
    }

    private static ExitCode CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.BadInput => ExitCode.BadInput,
        RefusalKind.Conflict or RefusalKind.NoQuorum or RefusalKind.Guard or RefusalKind.Permission => ExitCode.Refused,
        RefusalKind.NotReady => ExitCode.Unreachable,
        RefusalKind.TimedOut or RefusalKind.Busy => ExitCode.TimedOut,
    };

    // For bad input and guards the message says what to do.
    private static string? RemedyOf(RefusalKind kind) => kind switch
    {
        RefusalKind.BadInput or RefusalKind.Guard => null,
        RefusalKind.Conflict => "review it (truce config show) and try again",
        RefusalKind.NoQuorum => "ask a node of the quorate side (--node NODE), or bring the missing nodes back; truce status shows the votes",
        RefusalKind.Permission => "run it as root, or as a user to whom the configuration's ACLs give the permission",
        RefusalKind.NotReady => "wait a moment and try again; truce status --watch shows when the node has joined",
        RefusalKind.TimedOut => "see what holds it up: truce status; if it was done since: truce config history",
        RefusalKind.Busy => "try again in a moment",
    };
}
