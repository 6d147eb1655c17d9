using System.CommandLine;
using Truce.Analysis.Setup;
using Truce.Cli.Cluster;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Cli.ClusterSetup;

/// <summary>Whether services are started once the files are written.</summary>
internal sealed class ServiceOptions
{
    private readonly Option<bool> _noStart = new("--no-start")
    {
        Description = "Write the files and start nothing",
    };

    private readonly Option<bool> _enable = new("--enable")
    {
        Description = "Also start corosync and truced at every boot",
    };

    /// <summary>Offers them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_noStart);
        command.Add(_enable);
    }

    /// <summary>What the command line wishes.</summary>
    public ServiceWish Of(ParseResult parse) => new(
        parse.GetValue(_noStart) ? StartWish.Nothing : StartWish.Services,
        parse.GetValue(_enable) ? BootWish.Start : BootWish.AsIs);
}

/// <summary>What is to become of the services.</summary>
internal sealed record ServiceWish(StartWish Start, BootWish Boot);

/// <summary>How a node's links are once it runs.</summary>
/// <param name="Runtime">What Corosync says.</param>
/// <param name="Wrong">What is missing.</param>
internal sealed record Linked(CorosyncRuntime Runtime, IReadOnlyList<Finding> Wrong)
{
    /// <summary>Corosync hasn't answered.</summary>
    public static Linked Unasked { get; } = new(new CorosyncRuntime([], [], null, []), []);

    /// <summary>The links that work, in a line for each node.</summary>
    public IEnumerable<string> Lines(CorosyncFile file) =>
        from links in Runtime.Links.Where(l => l.State == LinkConnection.Connected).GroupBy(l => l.Node)
        let node = file.Nodes.FirstOrDefault(n => Numbers.ParseInt(n.Find("nodeid")?.Text) == links.Key)
        select $"hears {node?.Find("name")?.Text ?? "an unlisted node"} by "
            + (links.Count() == 1 ? "link " : "links ") + string.Join(", ", links.Select(l => l.Link));
}

/// <summary>What is started.</summary>
internal enum StartWish
{
    /// <summary>Corosync and truced.</summary>
    Services,

    /// <summary>Nothing.</summary>
    Nothing,
}

/// <summary>What happens at a boot.</summary>
internal enum BootWish
{
    /// <summary>What happened before.</summary>
    AsIs,

    /// <summary>The services start.</summary>
    Start,
}

/// <summary>The services of a node: judged before anything is written, and started afterwards.</summary>
internal sealed class NodeServices(ISetupHost host, TimeProvider time)
{
    // truced tells systemd when it has started; Corosync waits for nobody.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(100);

    /// <summary>Refuses what couldn't be carried out.</summary>
    /// <exception cref="CommandException">A service can't be started here.</exception>
    public static void Require(ServiceWish wish, Machine machine, CorosyncFile file)
    {
        if (wish is { Start: StartWish.Nothing, Boot: BootWish.AsIs })
            return;
        if (machine.Units.Count == 0)
        {
            throw new CommandException(
                ExitCode.Refused, "systemd doesn't answer on this machine; nothing has been changed",
                "use --no-start without --enable, and start corosync and truced yourself");
        }

        if (Needed(file).FirstOrDefault(u => machine.Unit(u) is null) is { } missing)
        {
            throw new CommandException(
                ExitCode.Refused, $"{missing}.service isn't installed; nothing has been changed",
                $"apt-get install {(missing == "truced" ? "truce" : missing)}, or use --no-start");
        }
    }

    /// <summary>Starts what isn't running; Corosync anew if its file has changed.</summary>
    /// <exception cref="CommandException">One doesn't start.</exception>
    public async Task StartAsync(
        ServiceWish wish, Machine before, Candidate candidate, FilesWritten files, SetupReport report,
        CancellationToken cancel)
    {
        if (wish.Boot == BootWish.Start)
            await SystemctlAsync("enable", Needed(candidate.File), cancel).ConfigureAwait(false);
        if (wish.Start == StartWish.Nothing)
            return;
        foreach (string unit in Needed(candidate.File))
        {
            bool anew = unit != "truced" && files.Written.Length > 0;
            if (before.Unit(unit) is { IsActive: true } && !anew)
                continue;
            await SystemctlAsync(anew ? "restart" : "start", [unit], cancel).ConfigureAwait(false);
            report.Started(unit);
        }
    }

    /// <summary>Waits until another node is reached, and each that is by every link; or until the limit is
    /// over. Nodes that haven't been set up yet aren't waited for.</summary>
    /// <returns>What Corosync says, and what is still missing.</returns>
    public async Task<Linked> LinkedAsync(
        Candidate candidate, Machine machine, TimeSpan limit, CancellationToken cancel)
    {
        MachineLook look = new(host);
        Linked linked = Linked.Unasked;
        await Waiting.UntilAsync(time, limit, async () =>
        {
            CorosyncRuntime runtime = await look.RuntimeAsync(cancel).ConfigureAwait(false)
                ?? Linked.Unasked.Runtime;
            Finding[] wrong = [.. RunningRules.Links(candidate.File, machine, runtime)];
            linked = new Linked(runtime, wrong);
            return runtime.Reached.Length > 0 && wrong.All(f => f.Severity != Severity.Error);
        }, cancel).ConfigureAwait(false);
        return linked;
    }

    private static string[] Needed(CorosyncFile file) =>
        file.Device is null ? ["corosync", "truced"] : ["corosync", "corosync-qdevice", "truced"];

    private async Task SystemctlAsync(string verb, string[] units, CancellationToken cancel)
    {
        ProgramEnd end = await host.RunAsync("systemctl", [verb, .. units], s_startLimit, cancel)
            .ConfigureAwait(false);
        if (end.Code != 0)
        {
            throw new CommandException(
                ExitCode.No,
                $"systemctl {verb} {string.Join(' ', units)}: {end.Error.Trim()} (the files are written)",
                $"journalctl -u {units[0]} -n 30; then systemctl {verb} {string.Join(' ', units)}");
        }
    }
}
