using System.CommandLine;
using Truce.Analysis.Findings.Rules;
using Truce.Cli.Changing;
using Truce.Cli.ClusterSetup;
using Truce.Cli.Editing;

namespace Truce.Cli.Options;

/// <summary><c>truce cluster</c>: everything at once.</summary>
internal static class ClusterCommand
{
    private const string On = "on";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Command command = Running(context);
        // On this machine, which may not be a node yet.
        command.Add(InitCommand.Create(context));
        command.Add(InviteCommand.Create(context));
        command.Add(JoinCommand.Create(context));
        command.Add(ClusterCheckCommand.Create(context));
        return command;
    }

    private static Command Running(CliContext context) => context.Location.AddTo(new Command(
        "cluster", "The whole cluster: set up and check its nodes, maintenance, stop and start all resources")
    {
        Maintenance(context),
        Switch(
            context, new Command("stop", "Stop all resources in order, as before a power outage"),
            new Change("cluster stop", "all resources are stopped; to start them: truce cluster start",
                d => d.SetOption("stop-all-resources", "true"))
            {
                Wanted = StopAllOn.Id,
                Lacking = s => StillRunning.After(s, null, "no resource may run"),
            }),
        Switch(
            context, new Command("start", "Start all resources again after truce cluster stop"),
            new Change("cluster start", "resources may run", d => d.RemoveOption("stop-all-resources"))),
    });

    private static Command Maintenance(CliContext context)
    {
        Argument<string> state =
            new Argument<string>("on|off") { Description = "on: leave all resources as they are" };
        state.AcceptOnlyFromAmong(On, "off");
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "maintenance", "Neither start, stop nor monitor anything while it is on") { state });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
            new ChangeRun(context, parse, cluster, options).RunAsync(
                parse.GetValue(state) == On
                    ? new Change("cluster maintenance on", "the cluster is in maintenance",
                        d => d.SetOption("maintenance-mode", "true")) {
                            LeavesAlone = true,
                            Wanted = MaintenanceModeOn.Id,
                        }
                    : new Change("cluster maintenance off", "the cluster is out of maintenance",
                        d => d.RemoveOption("maintenance-mode")), c), cancel));
        return command;
    }

    private static Command Switch(CliContext context, Command command, Change change)
    {
        ChangeOptions options = new();
        options.AddTo(command).SetAction((parse, cancel) => context.OnClusterAsync(
            parse, (cluster, c) => new ChangeRun(context, parse, cluster, options).RunAsync(change, c),
                cancel));
        return command;
    }
}
