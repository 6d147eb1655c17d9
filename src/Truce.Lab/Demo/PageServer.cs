using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Truce.Lab.Demo;

/// <summary>Serves one file over HTTP: what the demo's agent <c>page</c> runs
/// where there is no web server.</summary>
public static class PageServer
{
    private const int RequestMax = 2048;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Serves until cancelled, one request after another.</summary>
    public static async Task RunAsync(IPEndPoint address, string file, CancellationToken cancel)
    {
        using Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(address);
        listener.Listen(16);
        while (true)
        {
            using Socket client = await listener.AcceptAsync(cancel).ConfigureAwait(false);
            await AnswerAsync(client, file, cancel).ConfigureAwait(false);
        }
    }

    private static async Task AnswerAsync(Socket client, string file, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_patience);
        try
        {
            if (await client.ReceiveAsync(new byte[RequestMax], limit.Token).ConfigureAwait(false) == 0)
                return;
            byte[] page = await File.ReadAllBytesAsync(file, limit.Token).ConfigureAwait(false);
            string head = string.Create(CultureInfo.InvariantCulture,
                $"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n");
            await client.SendAsync(Encoding.ASCII.GetBytes(head).Concat(page).ToArray(), limit.Token)
                .ConfigureAwait(false);
            client.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone)
            when (!cancel.IsCancellationRequested && gone
            is SocketException or IOException or OperationCanceledException)
        {
            // This client gets no answer; the next one may.
        }
    }
}
