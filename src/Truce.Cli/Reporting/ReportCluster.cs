using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Ending;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Reporting;

/// <summary>Asks the cluster. Once it didn't answer it isn't asked again: a report of a cluster that is down
/// is made now, not after a timeout for each question.</summary>
/// <param name="context">Where, and what time it is.</param>
/// <param name="parse">The command line, which says where the cluster is.</param>
internal sealed class ReportCluster(CliContext context, ParseResult parse)
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);

    private CommandException? _gone;

    /// <summary>Asks one thing, on a connection of its own: one that was given up is of no use.</summary>
    /// <exception cref="CommandException">There is no answer, or it is a refusal.</exception>
    public async Task<T> AskAsync<T>(ClientRequest request, CancellationToken cancel)
        where T : ClientReply
    {
        if (_gone is not null)
            throw _gone;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_answer);
        try
        {
            await using ICluster cluster = await context.OpenAsync(parse, limit.Token).ConfigureAwait(false);
            return await cluster.AskAsync<T>(request, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw _gone = new CommandException(
                ExitCode.TimedOut, $"the cluster didn't answer within {s_answer.TotalSeconds:0} s");
        }
        catch (Exception problem) when (Failures.Expected(problem) is { } expected)
        {
            if (expected.Code is ExitCode.Unreachable or ExitCode.TimedOut)
                _gone = expected;
            throw expected;
        }
    }

    /// <summary>The present status.</summary>
    public async Task<ClusterStatusDocument> StatusAsync(CancellationToken cancel) =>
        (await AskAsync<ClientReply.Status>(new ClientRequest.GetStatus(), cancel).ConfigureAwait(false))
        .Cluster;

    /// <summary>A CIB with its secrets, as far as this user may see them.</summary>
    /// <param name="version">Of the history; null: the present one, with its status.</param>
    /// <param name="secrets">Is told of the secrets, or of why they aren't known.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<Cib> CibAsync(long? version, KnownSecrets secrets, CancellationToken cancel)
    {
        ClientRequest.GetConfiguration masked = new(version, version is null);
        ClientReply.Configuration answer;
        try
        {
            answer = await AskAsync<ClientReply.Configuration>(
                masked with { Secrets = SecretsShown.Shown }, cancel).ConfigureAwait(false);
        }
        catch (CommandException refused) when (refused.Code == ExitCode.Refused)
        {
            secrets.Misses("this user may not see the configuration's secrets");
            answer = await AskAsync<ClientReply.Configuration>(masked, cancel).ConfigureAwait(false);
        }

        CibReadResult result = CibReader.Parse(answer.Xml, Answers.Configuration);
        if (result is not CibReadResult.Accepted read)
            throw new CommandException(
                ExitCode.BadInput,
                $"this version of truce can't read it: {string.Join("; ", result.Findings.Take(1))}");
        secrets.Add(read.Cib);
        return read.Cib;
    }
}
