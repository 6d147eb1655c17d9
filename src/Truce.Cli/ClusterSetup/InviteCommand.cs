using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Truce.Analysis.Setup;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Cli.ClusterSetup;

/// <summary>
/// <c>truce cluster invite</c>: writes what other nodes need to join, and first lists a node that the cluster
/// hasn't got yet. The invitation holds the key, so it is a file for root alone, or goes into a pipe.
/// </summary>
internal sealed class InviteCommand
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Pipe = "-";

    private readonly CliContext _context;
    private readonly ISetupHost _host;
    private readonly MachineLook _look;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "Where to write the invitation (mode 0600; it holds the key); - for standard output",
    };

    private readonly Option<string[]> _add = new("--add")
    {
        Description = "First add this node to this node's corosync.conf; may be repeated",
        HelpName = "NAME=ADDRESS[,ADDRESS]",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Add it although a member isn't reached; that one must take FILE before it boots",
    };

    private InviteCommand(CliContext context)
    {
        (_context, _host) = (context, context.Host);
        _look = new MachineLook(_host);
    }

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        InviteCommand invite = new(context);
        Command command = new("invite", "Write what other nodes need to join this node's cluster")
        {
            invite._file, invite._add, invite._force,
        };
        command.SetAction(async (parse, cancel) =>
            (int)await invite.RunAsync(parse, cancel).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancel)
    {
        SetupAccess.Require(_host);
        string name = parse.GetValue(_file)!;
        RequirePlace(name);
        string version = await _look.CorosyncVersionAsync(cancel).ConfigureAwait(false);
        ClusterFiles files = new(_host, _context.Time);
        Candidate there = SetupJudge.Member(files);
        NamedMember[] added = [.. (parse.GetValue(_add) ?? []).Select(ClusterMembers.Member)];
        Candidate candidate = added.Aggregate(there, With);
        if (candidate.Names.Length < 2)
        {
            throw new CommandException(
                ExitCode.Refused, "no other node is listed yet", "name the one to join: --add NAME=ADDRESS");
        }

        Machine machine = await _look.LookAsync(candidate, cancel).ConfigureAwait(false);
        if (added.Length > 0 && !parse.GetValue(_force))
            await RequireAllAsync(there, machine, cancel).ConfigureAwait(false);
        Finding[] found = [.. SetupJudge.Look(candidate, machine)];
        if (found.Any(f => f.Severity == Severity.Error))
            return SetupText.Refuse(_context.Error, found.Where(f => f.Severity == Severity.Error));
        Invitation invitation = new(
            Invitation.FormatNow, candidate.Cluster, machine.NodeName, _context.Time.GetUtcNow(), version,
            CommandLine.Version, candidate.Text, candidate.Key ?? []);
        SetupReport report = name == Pipe
            ? new SetupReport(_context.Error, ReportForm.Text) : _context.ReportOf(parse);
        if (name != Pipe)
            ClusterFiles.Write(name, Encoding.UTF8.GetBytes(invitation.Render()), Secret);
        Publish(files, candidate, there, name, report);
        // The rest is told where this node itself is set up and checked.
        report.Warn(found.Where(f => added.Length > 0 && f.Line > 0));
        if (name == Pipe)
            await _context.Output.WriteAsync(invitation.Render().AsMemory(), cancel).ConfigureAwait(false);
        SayNext(report, candidate, [.. added.Select(a => a.Name)], machine.NodeName, name);
        if (name != Pipe)
            report.End(candidate, machine.NodeName);
        return ExitCode.Done;
    }

    // An invitation to a list that this node itself couldn't take would be worse than none.
    private static void Publish(
        ClusterFiles files, Candidate candidate, Candidate there, string name, SetupReport report)
    {
        try
        {
            // The key stays what it is.
            bool isChanged = candidate.Text != there.Text;
            report.Wrote(files.Replace(ClusterFiles.Of(candidate).Take(isChanged ? 1 : 0)));
        }
        catch (Exception problem) when (name != Pipe && problem is IOException or UnauthorizedAccessException)
        {
            File.Delete(name);
            throw;
        }
    }

    // A member that boots with the old list doesn't hear the new node, which the others do: no ring that is
    // formed then lasts.
    private async Task RequireAllAsync(Candidate there, Machine machine, CancellationToken cancel)
    {
        if (await _look.RuntimeAsync(cancel).ConfigureAwait(false) is not { } runtime)
            return;
        string[] unreached = [.. RunningRules.Unreached(there.File, machine, runtime)];
        if (unreached.Length == 0)
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"{string.Join(", ", unreached)} isn't reached; if it boots with the old list, it keeps "
                + "breaking the ring; nothing has been changed",
            "start it first; or --force, and there truce cluster join FILE before Corosync starts");
    }

    private void RequirePlace(string name)
    {
        if (name == Pipe && _context.IsTerminal)
        {
            throw new CommandException(
                ExitCode.Refused, "the invitation holds the cluster's key, which would stay on this terminal",
                "name a file, or pipe it: truce cluster invite - | ssh NODE truce cluster join -");
        }

        if (name != Pipe && Path.Exists(name))
        {
            throw new CommandException(
                ExitCode.Refused, $"{name} is there already", "remove it, or name another file");
        }
    }

    private static Candidate With(Candidate candidate, NamedMember added)
    {
        if (candidate.Names.Contains(added.Name, StringComparer.OrdinalIgnoreCase))
        {
            throw new CommandException(
                ExitCode.Refused, $"{added.Name} is listed already",
                "leave out --add: the invitation is for all nodes");
        }

        string text = CorosyncEdit.WithMember(
            candidate.Text, candidate.File.Root, added.Name, added.Addresses);
        return Candidate.Of(text, ClusterFiles.Configuration, candidate.Key) with
        {
            Access = candidate.Access,
        };
    }

    private static void SayNext(
        SetupReport report, Candidate candidate, ImmutableArray<string> added, string self, string name)
    {
        string file = name == Pipe ? "FILE" : name;
        string[] members = [.. candidate.Names.Where(n => n != self && !added.Contains(n))];
        if (name != Pipe)
            report.Say($"wrote {name}: it holds the cluster's key; remove it once all have joined");
        if (added.IsEmpty)
        {
            report.Say($"next, on {string.Join(", ", members)}: truce cluster join {file}");
            return;
        }

        if (candidate.File.Device is not null && candidate.Names.Length % 2 == 1)
            report.Say("with an odd number of nodes the quorum device is better removed (section device)");
        if (members.Length > 0)
            report.Say($"next, on {string.Join(", ", members)}, for the new list: truce cluster join {file}");
        report.Say("when every member has it, on one of them: corosync-cfgtool -R");
        report.Say($"last, on {string.Join(", ", added)}: truce cluster join {file}");
    }
}
