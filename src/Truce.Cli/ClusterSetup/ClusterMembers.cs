using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Truce.Analysis.Setup;

namespace Truce.Cli.ClusterSetup;

/// <summary>A node as the command line names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Its address on each link.</param>
internal sealed record NamedMember(string Name, ImmutableArray<string> Addresses);

/// <summary>Reads nodes and addresses from the command line. What could change the form of corosync.conf is
/// refused.</summary>
internal static partial class ClusterMembers
{
    private const string Form = "write NAME=ADDRESS, with several links NAME=ADDRESS,ADDRESS";

    /// <summary>Reads <c>NAME=ADDRESS[,ADDRESS…]</c>.</summary>
    /// <exception cref="CommandException">It isn't of that form.</exception>
    public static NamedMember Member(string text)
    {
        string[] parts = text.Split('=', 2);
        return parts.Length == 2 && Word().IsMatch(parts[0])
            ? new NamedMember(parts[0], Addresses([parts[1]]))
            : throw new CommandException(ExitCode.Usage, $"{text}: not a node with its addresses", Form);
    }

    /// <summary>Reads addresses, each option one or several.</summary>
    /// <exception cref="CommandException">One isn't an address.</exception>
    public static ImmutableArray<string> Addresses(IEnumerable<string> texts)
    {
        string[] all = [.. texts.SelectMany(t => t.Split(','))];
        return all.FirstOrDefault(a => !Address().IsMatch(a)) is { } wrong
            ? throw new CommandException(ExitCode.Usage, $"'{wrong}': not an address", Form)
            : [.. all];
    }

    /// <summary>Reads the name of a cluster, or of a host.</summary>
    /// <exception cref="CommandException">It can't be one.</exception>
    public static string Name(string text) => Word().IsMatch(text)
        ? text
        : throw new CommandException(
            ExitCode.Usage, $"'{text}': not a name", "use letters, digits, dots, hyphens and underscores");

    /// <summary>The address of a machine that has only one to choose from.</summary>
    /// <exception cref="CommandException">It has several, or none.</exception>
    public static ImmutableArray<string> OnlyAddress(ImmutableArray<MachineAddress> addresses)
    {
        MachineAddress[] v4 = [.. addresses.Where(a => !a.Address.Contains(':', StringComparison.Ordinal))];
        MachineAddress[] choice = v4.Length > 0 ? v4 : [.. addresses];
        return choice.Length == 1
            ? [choice[0].Address]
            : throw new CommandException(
                ExitCode.Usage,
                choice.Length == 0
                    ? "this machine has no address but loopback"
                    : $"this machine has {choice.Length} addresses: "
                        + string.Join(", ", choice.Select(a => $"{a.Address} on {a.Device}")),
                choice.Length == 0
                    ? "configure its network"
                    : "choose one for each link: --link ADDRESS,ADDRESS");
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,251}$")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Za-z0-9:][A-Za-z0-9:._%-]{0,251}$")]
    private static partial Regex Address();
}
