using System.CommandLine;

namespace Truce.Cli.Cluster;

/// <summary>
/// Where the cluster is: <c>--socket</c>, <c>--node</c> of the lab, TRUCE_SOCKET, a lab named by
/// TRUCE_LAB_DIR, this node's own socket, the default lab; the first that is given or there.
/// </summary>
public sealed class ClusterLocation
{
    /// <summary>The socket of an installed node.</summary>
    public const string DefaultSocket = "/run/truce/api.sock";

    private readonly Option<string?> _socket = new("--socket")
    {
        Description = "Connect to the cluster through this socket",
        HelpName = "PATH",
    };

    private readonly Option<string?> _node = new("--node")
    {
        Description = "Connect to the lab through this node",
        HelpName = "NODE",
    };

    /// <summary>Adds the options to a command and to all below it.</summary>
    public T AddTo<T>(T command) where T : Command
    {
        foreach (Command one in Below(command))
        {
            one.Options.Add(_socket);
            one.Options.Add(_node);
        }

        return command;
    }

    /// <summary>Sockets to be tried in turn.</summary>
    public IReadOnlyList<string> Candidates(ParseResult parse, CliContext context)
    {
        if (parse.GetValue(_socket) is { } socket)
            return [socket];
        if (parse.GetValue(_node) is { } node)
            return [LabSockets.Named(context, node)];
        if (context.Environment("TRUCE_SOCKET") is { } named)
            return [named];
        IReadOnlyList<string> lab = LabSockets.All(context);
        return context.Environment("TRUCE_LAB_DIR") is not null
            ? lab
            : IsThere(DefaultSocket) ? [DefaultSocket] : lab;
    }

    // In a folder that this user may not search nothing seems to exist; connecting says that it is refused.
    private static bool IsThere(string socket)
    {
        try
        {
            return File.GetAttributes(socket) >= 0;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<Command> Below(Command command) =>
        command.Subcommands.SelectMany(Below).Prepend(command);
}
