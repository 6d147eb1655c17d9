using System.Globalization;
using System.Net.Sockets;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Engine.Local.Sequencing;

namespace Truce.Daemon.Roles;

/// <summary>The local engine's sequencer as a process: one for all nodes of a
/// machine, outside of them.</summary>
internal static class SequencerRole
{
    private const int CannotBind = 3;

    public static int Run(CommandLineOptions options)
    {
        options.Take("role");
        string path = options.Take("socket");
        SequencerOptions sequencing = Options(options);
        options.NoneLeft();
        try
        {
            using CancellationTokenSource stop = new();
            using Signals signals = new(_ => stop.Cancel());
            using SequencerServer server = new(path, sequencing);
            Console.Error.WriteLine($"sequencer: at {path}, token {sequencing.Token.TotalMilliseconds} ms, "
                + $"nodes {sequencing.NodesText}");
            server.Run(stop.Token);
            return 0;
        }
        catch (SocketException e)
        {
            Console.Error.WriteLine($"truced: {path}: {e.Message}; do: stop the sequencer that uses it, or choose another path");
            return CannotBind;
        }
    }

    private static SequencerOptions Options(CommandLineOptions options)
    {
        try
        {
            var nodes = NodeList.Parse(options.Take("nodes"));
            bool twoVotes = nodes.Count == 2 && nodes.Values.All(v => v == 1);
            bool twoNode = options.TakeNumber("two-node", twoVotes ? 1 : 0, 0, 1) == 1;
            if (twoNode && !twoVotes)
                throw new UsageException("--two-node needs exactly two nodes with one vote each");
            return new SequencerOptions(
                KernelBoot.Id, nodes, TimeSpan.FromMilliseconds(options.TakeNumber("token-ms", 1000, 50, 60_000)),
                twoNode, options.TakeNumber("wait-for-all", twoNode ? 1 : 0, 0, 1) == 1,
                options.TakeNumber("freeze", 1, 0, 1) == 1,
                // Above every ring of an earlier sequencer, whatever that one has seen.
                (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }
        catch (FormatException e)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--nodes: {e.Message}"));
        }
    }
}
