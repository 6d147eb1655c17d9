using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>
/// Server-sent events: a line <c>data:</c> for each document, an empty line after it, and a
/// comment now and then, by which each side notices that the other is gone. Ends when there is
/// nothing more to report; clients reconnect.
/// </summary>
internal sealed class EventStreams(HttpResponse response, ApiRequests requests, ClientCaller caller, ApiRight right)
{
    private const int PageMax = 1000;
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(10);

    /// <summary>What a burst of changes is gathered to.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(50);

    /// <summary>Each event once, in order, its index as the stream's id.</summary>
    public async Task EventsAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change = requests.NextChange;
            ClientReply reply = await requests.AskAsync(
                new ClientRequest.GetEvents(after, PageMax, 0), caller, right, cancellationToken).ConfigureAwait(false);
            if (reply is not ClientReply.Events page)
            {
                await EndAsync(reply, cancellationToken).ConfigureAwait(false);
                return;
            }

            Begin();
            foreach (ClusterEvent one in page.Items)
            {
                after = one.Index;
                await WriteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"id: {one.Index}\n"),
                    JsonSerializer.SerializeToUtf8Bytes(one, ApiFormat.Json.ClusterEvent), cancellationToken).ConfigureAwait(false);
            }

            if (page.Items.Length < PageMax)
                await WaitAsync(change, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The status now, and again whenever it reads otherwise.</summary>
    public async Task StatusAsync(CancellationToken cancellationToken)
    {
        byte[] last = [];
        while (true)
        {
            Task change = requests.NextChange;
            ClientReply reply = await requests.AskAsync(
                new ClientRequest.GetStatus(), caller, right, cancellationToken).ConfigureAwait(false);
            if (reply is not ClientReply.Status status)
            {
                await EndAsync(reply, cancellationToken).ConfigureAwait(false);
                return;
            }

            Begin();
            byte[] now = JsonSerializer.SerializeToUtf8Bytes(status.Cluster, ApiFormat.Json.ClusterStatusDocument);
            if (!now.AsSpan().SequenceEqual(last))
                await WriteAsync("", last = now, cancellationToken).ConfigureAwait(false);
            await WaitAsync(change, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Begin()
    {
        if (response.HasStarted)
            return;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
    }

    private async Task WaitAsync(Task change, CancellationToken cancellationToken)
    {
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        await requests.ChangedAsync(change, s_beat, cancellationToken).ConfigureAwait(false);
        if (change.IsCompleted)
            await Task.Delay(s_gather, cancellationToken).ConfigureAwait(false);
        else
            await response.Body.WriteAsync(":\n\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(string head, byte[] document, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Encoding.ASCII.GetBytes(head + "data: "), cancellationToken).ConfigureAwait(false);
        await response.Body.WriteAsync(document, cancellationToken).ConfigureAwait(false);
        await response.Body.WriteAsync("\n\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    // Before the first document a refusal is an answer like any other; later
    // the end of the stream says enough.
    private async Task EndAsync(ClientReply reply, CancellationToken cancellationToken)
    {
        if (response.HasStarted)
            return;
        HttpAnswer answer = ApiAnswers.From(reply);
        (response.StatusCode, response.ContentType, response.ContentLength) = (answer.Status, answer.ContentType, answer.Body.Length);
        await response.Body.WriteAsync(answer.Body, cancellationToken).ConfigureAwait(false);
    }
}
