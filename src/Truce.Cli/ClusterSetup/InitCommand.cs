using System.Collections.Immutable;
using System.CommandLine;
using Truce.Analysis.Setup;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Cli.ClusterSetup;

/// <summary>
/// <c>truce cluster init</c>: makes this machine the first node of a cluster. Everything is checked before
/// anything is written, a corosync.conf that is there is used as it is, and the other nodes join with an
/// invitation (docs/decisions/0083).
/// </summary>
internal sealed class InitCommand
{
    private const string NameDefault = "truce";

    private readonly CliContext _context;
    private readonly ISetupHost _host;
    private readonly MachineLook _look;
    private readonly ServiceOptions _services = new();

    private readonly Option<string?> _name = new("--name")
    {
        Description = $"The cluster's name [default: {NameDefault}]",
    };

    private readonly Option<string[]> _link = new("--link")
    {
        Description = "This node's address on each link; needed if the machine has several",
        HelpName = "ADDRESS[,ADDRESS]",
    };

    private readonly Option<string[]> _member = new("--member")
    {
        Description = "Another node with its addresses in the same order; may be repeated",
        HelpName = "NAME=ADDRESS[,ADDRESS]",
    };

    private readonly Option<string?> _device = new("--quorum-device")
    {
        Description = "Take a vote from corosync-qnetd on HOST; for an even number of nodes",
        HelpName = "HOST",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Replace the corosync.conf and key that are there; copies are kept",
    };

    private InitCommand(CliContext context)
    {
        (_context, _host) = (context, context.Host);
        _look = new MachineLook(_host);
    }

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        InitCommand init = new(context);
        Command command = new("init", "Make this machine the first node of a cluster on Corosync")
        {
            init._name, init._link, init._member, init._device, init._force,
        };
        init._services.AddTo(command);
        command.SetAction(async (parse, cancel) =>
            (int)await init.RunAsync(parse, cancel).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancel)
    {
        SetupAccess.Require(_host);
        await _look.CorosyncVersionAsync(cancel).ConfigureAwait(false);
        ClusterFiles files = new(_host, _context.Time);
        Candidate? there = files.Read();
        Candidate candidate = Choose(parse, there);
        Machine machine = await _look.LookAsync(candidate, cancel).ConfigureAwait(false);
        RequireStopped(candidate, there, machine);
        ServiceWish wish = _services.Of(parse);
        NodeServices.Require(wish, machine, candidate.File);
        Finding[] found = [.. SetupJudge.Look(candidate, machine)];
        if (found.Any(f => f.Severity == Severity.Error))
            return SetupText.Refuse(_context.Error, found.Where(f => f.Severity == Severity.Error));
        SetupReport report = _context.ReportOf(parse);
        if (candidate.Text == there?.Text)
            report.Say($"using {ClusterFiles.Configuration} as it is (cluster {candidate.Cluster})");
        FilesWritten written = files.Replace(
            ClusterFiles.Of(candidate).Where(f => IsNew(f, candidate, there)));
        report.Wrote(written);
        report.Warn(found);
        await new NodeServices(_host, _context.Time)
            .StartAsync(wish, machine, candidate, written, report, cancel).ConfigureAwait(false);
        SayNext(report, candidate, machine);
        report.End(candidate, machine.NodeName);
        return ExitCode.Done;
    }

    // The file of the administrator, or a new one.
    private Candidate Choose(ParseResult parse, Candidate? there)
    {
        bool isDesigned = parse.GetValue(_name) is not null || parse.GetValue(_device) is not null
            || parse.GetValue(_link) is { Length: > 0 } || parse.GetValue(_member) is { Length: > 0 };
        if (there is null || SetupJudge.IsAsInstalled(there) || parse.GetValue(_force))
            return Design(parse);
        if (!isDesigned)
            return there with { Key = there.Key ?? KeyFor(there) };
        throw new CommandException(
            ExitCode.Refused,
            $"{ClusterFiles.Configuration} describes the cluster {there.Cluster} already "
                + $"({string.Join(", ", there.Names)})",
            "leave out all options to use it as it is; to add a node: truce cluster invite FILE --add "
                + "NAME=ADDRESS; to replace it: --force");
    }

    private static byte[]? KeyFor(Candidate there) =>
        MachineRules.NeedsKey(there.File) ? ClusterFiles.NewKey() : null;

    private Candidate Design(ParseResult parse)
    {
        string self = _look.NodeName();
        ImmutableArray<string> own = ClusterMembers.Addresses(parse.GetValue(_link) ?? []);
        NamedMember[] named = [.. (parse.GetValue(_member) ?? []).Select(ClusterMembers.Member)];
        if (own.IsEmpty && named.FirstOrDefault(n => n.Name == self) is { } said)
            own = said.Addresses;
        if (own.IsEmpty)
            own = ClusterMembers.OnlyAddress(_host.Addresses());
        NamedMember[] all = [new(self, own), .. named.Where(n => n.Name != self)];
        if (parse.GetValue(_device) is not null && all.Length % 2 == 1)
        {
            throw new CommandException(
                ExitCode.Usage, $"a quorum device is for an even number of nodes, and there are {all.Length}",
                "name the other nodes with --member, or leave the quorum device out");
        }

        CorosyncDesign design = new(
            ClusterMembers.Name(parse.GetValue(_name) ?? NameDefault),
            [.. all.Select((n, i) => new CorosyncMember(n.Name, i + 1, n.Addresses))])
        {
            Device = parse.GetValue(_device) is { } host ? DeviceAt(ClusterMembers.Name(host)) : null,
        };
        return Candidate.Of(design.Render(), ClusterFiles.Configuration, ClusterFiles.NewKey());
    }

    // Its client doesn't start with TLS before its certificates have been made.
    private CorosyncDevice DeviceAt(string host) => new(
        host,
        Directory.Exists(_host.PathOf("/etc/corosync/qdevice/net/nssdb"))
            ? DeviceTransport.Tls : DeviceTransport.Plain);

    // A cluster that runs isn't replaced under itself.
    private static void RequireStopped(Candidate candidate, Candidate? there, Machine machine)
    {
        if (candidate.Text != there?.Text && machine.Unit("truced") is { IsActive: true })
        {
            throw new CommandException(
                ExitCode.Refused, "truced runs on this node; nothing has been changed",
                "systemctl stop truced, which stops this node's resources in order; then try again");
        }
    }

    // What is there and is used stays as it is, its mode included.
    private static bool IsNew(NewFile file, Candidate candidate, Candidate? there) =>
        there is null || candidate.Text != there.Text
        || (file.Path != ClusterFiles.Configuration && there.Key is null);

    private static void SayNext(SetupReport report, Candidate candidate, Machine machine)
    {
        string[] others = [.. candidate.Names.Where(n => n != machine.NodeName)];
        if (others.Length == 0)
        {
            report.Say("to add a node: truce cluster invite FILE --add NAME=ADDRESS[,ADDRESS]");
            return;
        }

        string file = $"{candidate.Cluster}.invitation";
        report.Say($"next: truce cluster invite {file}");
        report.Say($"copy it (scp) to {string.Join(", ", others)}, and there: truce cluster join {file}");
        if (candidate.File.Quorum?.Find("wait_for_all")?.Text == "1")
            report.Say("the cluster has quorum once all nodes have been present together");
    }
}
