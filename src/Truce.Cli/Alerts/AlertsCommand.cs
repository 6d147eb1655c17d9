using System.CommandLine;
using System.Diagnostics;
using Truce.Agents.Running;
using Truce.Cli.Agents;

namespace Truce.Cli.Alerts;

/// <summary><c>truce alerts</c>: runs the alert agents that the configuration names, on this node.</summary>
internal static class AlertsCommand
{
    private const string DefaultUser = "hacluster";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Option<string?> user = new("--user")
        {
            Description = $"As root: run the agents as this user [default: {DefaultUser}]",
            HelpName = "NAME",
        };
        Command command = new("alerts", "Run the configuration's alert agents, until ended") { user };
        command.SetAction(async (parse, cancel) =>
        {
            AlertUser? name = await UserAsync(parse.GetValue(user), cancel).ConfigureAwait(false);
            await RunAsync(context, parse, name, cancel).ConfigureAwait(false);
            return (int)ExitCode.Done;
        });
        return context.Location.AddTo(command);
    }

    private static async Task RunAsync(
        CliContext context, ParseResult parse, AlertUser? user, CancellationToken cancel)
    {
        Lock locked = new();
        AlertProcess process = new(user, new SecretFiles(NodeAgents.Settings(context)), Log);
        using AlertQueue queue = new(process.RunAsync, Log, cancel);
        await new AlertFollower(context, parse, queue.Add).RunAsync(cancel).ConfigureAwait(false);
        await queue.DrainedAsync().ConfigureAwait(false);

        void Log(string line)
        {
            lock (locked)
            {
                context.Error.WriteLine($"truce: {line}");
                context.Error.Flush();
            }
        }
    }

    // Agents are other people's programs: never as root, unless someone says so.
    private static async Task<AlertUser?> UserAsync(string? given, CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return given is null ? null : throw new CommandException(
                ExitCode.Refused, "only root can run agents as another user",
                "leave --user out, or run it as root");
        }

        string name = given ?? DefaultUser;
        ProcessStartInfo start = new("id", ["-g", "--", name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process id = Process.Start(start)!;
        string group = await id.StandardOutput.ReadToEndAsync(cancel).ConfigureAwait(false);
        await id.WaitForExitAsync(cancel).ConfigureAwait(false);
        return id.ExitCode == 0 ? new AlertUser(name, group.Trim()) : throw new CommandException(
            ExitCode.BadInput, $"there is no user {name} to run alert agents as",
            $"create it (useradd --system --user-group {name}), or name another with --user");
    }
}
