using System.Text.Json;
using Truce.Cli.Printing;

namespace Truce.Cli.ClusterSetup;

/// <summary>
/// What a node needs to join: the cluster's corosync.conf and key. As a file it is as secret as the key.
/// </summary>
/// <param name="Format">Of this document: 1.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="By">The node that made it.</param>
/// <param name="Made">When, by the clock of that node.</param>
/// <param name="Corosync">That node's version of Corosync.</param>
/// <param name="Truce">That node's version of Truce.</param>
/// <param name="File">corosync.conf.</param>
/// <param name="Key">The key; empty: the cluster has none.</param>
internal sealed record Invitation(
    int Format, string Cluster, string By, DateTimeOffset Made, string Corosync, string Truce, string File,
    byte[] Key)
{
    /// <summary>The format that this version writes and reads.</summary>
    public const int FormatNow = 1;

    /// <summary>Its text.</summary>
    public string Render() => JsonSerializer.Serialize(this, CliJson.Indented.Invitation) + "\n";

    /// <summary>Reads one.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static Invitation Parse(string text, string name)
    {
        Invitation? read = null;
        try
        {
            read = JsonSerializer.Deserialize(text, CliJson.Indented.Invitation);
        }
        catch (JsonException)
        {
            // Told below.
        }

        return read is { Format: FormatNow, File: not null, Key: not null, By: not null, Corosync: not null,
            Truce: not null }
            ? read
            : throw new CommandException(
                ExitCode.BadInput,
                read?.Format > FormatNow
                    ? $"{name}: an invitation of a newer version of Truce"
                    : $"{name}: not an invitation, or not all of it",
                read?.Format > FormatNow
                    ? "install that version here"
                    : "make it on a node of the cluster: truce cluster invite FILE");
    }
}
