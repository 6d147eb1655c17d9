namespace Truce.Cli.Nodes;

/// <summary>This node's truce.conf, as far as commands need it; the daemon judges it.</summary>
internal static class NodeConfiguration
{
    /// <summary>Where an installed node has it.</summary>
    public const string File = "/etc/truce/truce.conf";

    /// <summary>Its keys and values.</summary>
    /// <exception cref="CommandException">It can't be read.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file)
    {
        try
        {
            return System.IO.File.ReadAllLines(file).Select(l => l.Trim())
                .Where(l => l.Length > 0 && l[0] != '#' && l.Contains('='))
                .Select(l => l.Split('=', 2)).ToDictionary(p => p[0].Trim(), p => p[1].Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(
                e is UnauthorizedAccessException ? ExitCode.Refused : ExitCode.BadInput, $"{file}: {e.Message}",
                "run this as root on the node that stays out; --config FILE gives the location of its "
                    + "truce.conf");
        }
    }
}
