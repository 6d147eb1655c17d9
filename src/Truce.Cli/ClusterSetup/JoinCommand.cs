using System.CommandLine;
using System.Security.Cryptography;
using Truce.Analysis.Setup;
using Truce.Model;

namespace Truce.Cli.ClusterSetup;

/// <summary>
/// <c>truce cluster join</c>: takes an invitation. A new node gets corosync.conf and key, starts, and waits
/// until it hears the others by every link; a member gets a newer list of nodes, to be reloaded once every
/// member has it.
/// </summary>
internal sealed class JoinCommand
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly CliContext _context;
    private readonly ISetupHost _host;
    private readonly MachineLook _look;
    private readonly ServiceOptions _services = new();

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "An invitation (truce cluster invite); - for standard input",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Leave another cluster: replace its corosync.conf and key; copies are kept",
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long to wait for the links to the other nodes [default: 30s]",
        HelpName = "LENGTH",
        CustomParser = result => Durations.ParseOption(result),
    };

    private JoinCommand(CliContext context)
    {
        (_context, _host) = (context, context.Host);
        _look = new MachineLook(_host);
    }

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        JoinCommand join = new(context);
        Command command = new("join", "Make this machine a node of the cluster that an invitation is from")
        {
            join._file, join._force, join._timeout,
        };
        join._services.AddTo(command);
        command.SetAction(async (parse, cancel) =>
            (int)await join.RunAsync(parse, cancel).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancel)
    {
        SetupAccess.Require(_host);
        string name = parse.GetValue(_file)!;
        Invitation invitation = Invitation.Parse(
            await FileInput.ReadAsync(_context, name, cancel).ConfigureAwait(false), name);
        string version = await _look.CorosyncVersionAsync(cancel).ConfigureAwait(false);
        Candidate candidate = Candidate.Of(
            invitation.File, ClusterFiles.Configuration, invitation.Key.Length > 0 ? invitation.Key : null);
        ClusterFiles files = new(_host, _context.Time);
        Candidate? there = files.Read();
        if (there is not null && SetupJudge.IsAsInstalled(there))
            there = null;
        bool isMember = there is not null && IsSameCluster(there, candidate);
        if (there is not null && !parse.GetValue(_force))
            RequirePlace(there, candidate, isMember ? Place.Member : Place.Elsewhere);
        Machine machine = await _look.LookAsync(candidate, cancel).ConfigureAwait(false);
        if (!isMember && machine.Unit("truced") is { IsActive: true })
        {
            throw new CommandException(ExitCode.Refused, "truced runs on this node; nothing has been changed",
                "systemctl stop truced, which stops this node's resources in order; then try again");
        }

        bool isUpdate = isMember && machine.Unit("corosync") is { IsActive: true };
        ServiceWish wish = isUpdate ? new ServiceWish(StartWish.Nothing, BootWish.AsIs) : _services.Of(parse);
        NodeServices.Require(wish, machine, candidate.File);
        Finding[] found = [.. SetupJudge.Look(candidate, machine), .. Compare(invitation, machine, version)];
        if (found.Any(f => f.Severity == Severity.Error))
            return SetupText.Refuse(_context.Error, found.Where(f => f.Severity == Severity.Error));
        SetupReport report = _context.ReportOf(parse);
        FilesWritten written = files.Replace(ClusterFiles.Of(candidate));
        report.Wrote(written);
        report.Warn(found);
        NodeServices services = new(_host, _context.Time);
        await services.StartAsync(wish, machine, candidate, written, report, cancel).ConfigureAwait(false);
        Linked linked = wish.Start == StartWish.Nothing
            ? Linked.Unasked
            : await services.LinkedAsync(candidate, machine, parse.GetValue(_timeout) ?? s_limit, cancel)
                .ConfigureAwait(false);
        foreach (string line in linked.Lines(candidate.File))
            report.Say(line);
        report.Warn(linked.Wrong);
        SayNext(report, candidate, written, isUpdate ? Place.Member : Place.Elsewhere, name);
        report.End(candidate, machine.NodeName);
        return CodeOf(linked.Wrong, candidate);
    }

    // What the node was before.
    private enum Place
    {
        Member,
        Elsewhere,
    }

    private static bool IsSameCluster(Candidate there, Candidate candidate) =>
        there.Cluster == candidate.Cluster
        && CryptographicOperations.FixedTimeEquals(there.Key, candidate.Key);

    // Never back to an older list, never away from another cluster, unless asked in so many words.
    private static void RequirePlace(Candidate there, Candidate candidate, Place place)
    {
        if (place == Place.Elsewhere)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"this node belongs to another cluster, {there.Cluster} with {string.Join(", ", there.Names)}"
                    + " (or its key is another one); nothing has been changed",
                "to leave that cluster: --force, which keeps copies");
        }

        if (candidate.Version < there.Version
            || (candidate.Version == there.Version && candidate.Text != there.Text))
        {
            throw new CommandException(
                ExitCode.Refused,
                candidate.Version < there.Version
                    ? $"the invitation has version {candidate.Version} of corosync.conf, and this node has "
                        + $"{there.Version}; nothing has been changed"
                    : $"the invitation and this node have different files, both with config_version "
                        + $"{candidate.Version}; nothing has been changed",
                "make a new invitation on the node that has the right file; --force takes this one");
        }
    }

    // The clock of whoever made it can't have been ahead of the moment at which it is read here.
    private IEnumerable<Finding> Compare(Invitation invitation, Machine machine, string version)
    {
        NodeFacts own = new(machine.NodeName, invitation.File, "", version, CommandLine.Version);
        NodeFacts other = new(invitation.By, invitation.File, "", invitation.Corosync, invitation.Truce);
        ClockOffset clock = new(invitation.Made - _context.Time.GetUtcNow(), null);
        return ComparingRules.Look(own, [new ComparedNode(other, clock)]);
    }

    private static void SayNext(
        SetupReport report, Candidate candidate, FilesWritten written, Place before, string name)
    {
        if (before == Place.Member && written.Written.Length > 0)
            report.Say("next, when every member has it, on one of them: corosync-cfgtool -R");
        else if (written.Written.Length == 0)
            report.Say($"this node has the files of the cluster {candidate.Cluster} already");
        if (name != "-")
            report.Say($"{name} holds the cluster's key; remove it once all have joined");
    }

    private ExitCode CodeOf(IReadOnlyList<Finding> wrong, Candidate candidate)
    {
        if (wrong.Any(f => f.Severity == Severity.Error))
            return ExitCode.No;
        if (wrong.Count == 0 || wrong.Count < candidate.Names.Length - 1)
            return ExitCode.Done;
        _context.Error.WriteLine("truce: the files are written and services started, but no node is reached");
        return ExitCode.TimedOut;
    }
}
