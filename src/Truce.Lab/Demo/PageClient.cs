using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Truce.Lab.Demo;

/// <summary>One request of the client: when it was due, when it ended, and whether the page came.</summary>
/// <param name="Due">Nanoseconds since 1970.</param>
/// <param name="Ended">Nanoseconds since 1970.</param>
/// <param name="Result">ok, or what went wrong.</param>
public sealed record PageRequest(long Due, long Ended, string Result)
{
    /// <summary>Whether the page came.</summary>
    public bool IsOk => Result == "ok";

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Due} {Ended} {Result}");

    /// <summary>Reads a line that <see cref="ToString"/> wrote; null if it isn't one.</summary>
    public static PageRequest? Parse(string line) =>
        line.Split(' ') is [var due, var ended, var result]
        && long.TryParse(due, CultureInfo.InvariantCulture, out long d)
        && long.TryParse(ended, CultureInfo.InvariantCulture, out long e)
            ? new PageRequest(d, e, result)
            : null;
}

/// <summary>
/// A client that measures an outage: it asks for a page on schedule, ten times a second, waits 100 ms at
/// most, and keeps no connection. It asks when it is due, not when the last answer came, so that an outage is
/// not shortened by the client's own waiting.
/// </summary>
public static class PageClient
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private const int AnswerMax = 4096;

    /// <summary>Asks until cancelled; writes a line for each request.</summary>
    public static async Task RunAsync(IPEndPoint server, TextWriter output, CancellationToken cancel)
    {
        using PeriodicTimer schedule = new(s_every);
        while (await schedule.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            await output.WriteLineAsync(
                (await AskAsync(server, cancel).ConfigureAwait(false)).ToString().AsMemory(), cancel)
                .ConfigureAwait(false);
    }

    /// <summary>Asks once.</summary>
    public static async Task<PageRequest> AskAsync(IPEndPoint server, CancellationToken cancel)
    {
        long due = Keeper.EventLog.Now();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_patience);
        string result;
        try
        {
            result = await GetAsync(server, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result = "timeout";
        }
        catch (SocketException problem)
        {
            result = problem.SocketErrorCode.ToString();
        }

        return new PageRequest(due, Keeper.EventLog.Now(), result);
    }

    private static async Task<string> GetAsync(IPEndPoint server, CancellationToken cancel)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.LingerState = new LingerOption(true, 0); // Nothing of this request may outlast it.
        await socket.ConnectAsync(server, cancel).ConfigureAwait(false);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.0\r\nHost: {server.Address}\r\n\r\n"),
            cancel).ConfigureAwait(false);
        byte[] answer = new byte[AnswerMax];
        int have = 0, got;
        while (have < AnswerMax
            && (got = await socket.ReceiveAsync(answer.AsMemory(have), cancel).ConfigureAwait(false)) > 0)
            have += got;
        string text = Encoding.ASCII.GetString(answer, 0, have);
        return text.StartsWith("HTTP/1.", StringComparison.Ordinal)
            && text.Contains(" 200 ", StringComparison.Ordinal)
            && text.Contains("Truce demo", StringComparison.Ordinal) ? "ok" : "wrong-page";
    }
}
