using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;

namespace Truce.Cli.Checking;

/// <summary>What a check looks at beside a configuration: files, each as one node has it, and this machine's
/// agents.</summary>
/// <param name="Corosync">corosync.conf.</param>
/// <param name="Sbd">Settings of sbd, or headers of its devices.</param>
internal sealed record HostFiles(ImmutableArray<CorosyncFile> Corosync, ImmutableArray<SbdFile> Sbd)
{
    /// <summary>What this machine's agents are asked.</summary>
    public AgentsAsked Agents { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="CommandException">One can't be read, or isn't what it should be.</exception>
    public static async Task<HostFiles> ReadAsync(
        CliContext context, string[] corosync, string[] sbd, CancellationToken cancel)
    {
        List<CorosyncFile> confs = [];
        foreach (string name in corosync)
        {
            string text = await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false);
            confs.Add(CorosyncReader.Parse(text, name) switch
            {
                CorosyncReadResult.Accepted accepted => new CorosyncFile(name, accepted.Root),
                CorosyncReadResult.Refused refused => throw Bad(name, refused.Findings),
            });
        }

        List<SbdFile> settings = [];
        foreach (string name in sbd)
        {
            string text = await FileInput.ReadAsync(context, name, cancel).ConfigureAwait(false);
            settings.Add(SbdFile.Parse(text, name) switch
            {
                SbdReadResult.Accepted accepted => accepted.File,
                SbdReadResult.Refused refused => throw Bad(name, [refused.Finding]),
            });
        }

        return new HostFiles([.. confs], [.. settings]);
    }

    private static CommandException Bad(string name, IEnumerable<Finding> findings) =>
        new(ExitCode.BadInput, $"{name} can't be used")
        {
            File = name,
            Findings = [.. findings.Select(FindingText.OnWire)],
        };
}
