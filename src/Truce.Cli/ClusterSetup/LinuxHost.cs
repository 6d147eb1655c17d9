using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Truce.Analysis.Setup;

namespace Truce.Cli.ClusterSetup;

/// <summary>This machine.</summary>
internal sealed class LinuxHost : ISetupHost
{
    private const int BitsOfByte = 8;
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public bool IsRoot => Environment.IsPrivilegedProcess;

    /// <inheritdoc/>
    public string HostName => Environment.MachineName;

    /// <inheritdoc/>
    public string PathOf(string path) => path;

    /// <inheritdoc/>
    public ImmutableArray<MachineAddress> Addresses() =>
    [
        .. from card in NetworkInterface.GetAllNetworkInterfaces()
           where card.NetworkInterfaceType != NetworkInterfaceType.Loopback
           from unicast in card.GetIPProperties().UnicastAddresses
           where !unicast.Address.IsIPv6LinkLocal && !IPAddress.IsLoopback(unicast.Address)
           select new MachineAddress(
               card.Name, unicast.Address.ToString(), NetworkOf(unicast.Address, unicast.PrefixLength)),
    ];

    /// <inheritdoc/>
    public ImmutableArray<(string Address, int Port)> Ports() =>
        [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Select(e =>
            (e.Address.ToString(), e.Port))];

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> ResolveAsync(string name, CancellationToken cancel)
    {
        using CancellationTokenSource limit = Within(cancel);
        try
        {
            return [.. (await Dns.GetHostAddressesAsync(name, limit.Token).ConfigureAwait(false)).Select(a =>
                a.ToString())];
        }
        catch (Exception e) when (e is SocketException or ArgumentException || IsLate(e, cancel))
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public async Task<bool> AnswersAsync(string address, CancellationToken cancel)
    {
        using Ping ping = new();
        try
        {
            return (await ping.SendPingAsync(address, s_answer,
                cancellationToken: cancel).ConfigureAwait(false))
                .Status == IPStatus.Success;
        }
        catch (PingException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ListensAsync(string host, int port, CancellationToken cancel)
    {
        using CancellationTokenSource limit = Within(cancel);
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException || IsLate(e, cancel))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<ProgramEnd> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Messages are read here.
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return await ReadAsync(process, limit, cancel).ConfigureAwait(false);
        }
        catch (Win32Exception missing)
        {
            return new ProgramEnd(ProgramEnd.None, "", missing.Message);
        }
    }

    private static async Task<ProgramEnd> ReadAsync(Process process, TimeSpan limit, CancellationToken cancel)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(limit);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(late.Token);
            string output = await process.StandardOutput.ReadToEndAsync(late.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(late.Token).ConfigureAwait(false);
            return new ProgramEnd(process.ExitCode, output, await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            return new ProgramEnd(ProgramEnd.None, "", string.Create(
                CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0} s"));
        }
    }

    private static CancellationTokenSource Within(CancellationToken cancel)
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_answer);
        return limit;
    }

    private static bool IsLate(Exception problem, CancellationToken cancel) =>
        problem is OperationCanceledException && !cancel.IsCancellationRequested;

    private static string NetworkOf(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (i * BitsOfByte), 0, BitsOfByte);
            bytes[i] &= (byte)(byte.MaxValue << (BitsOfByte - kept));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{length}");
    }
}
