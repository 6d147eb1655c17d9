using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Daemon.Judging;
using Truce.Daemon.Roles;

namespace Truce.Daemon;

/// <summary>
/// <c>truced</c>: the supervisor, which starts the other roles as processes of the same program; or one of
/// those roles; or the local engine's sequencer, which belongs to no node.
/// </summary>
internal static class Entry
{
    private const int Usage = 2;
    private const int BadInput = 3;
    private const int PoolThreadsMin = 8;
    internal const string Help = """
        usage: truced --config FILE [--role supervisor|controller|executor|fencer|api|groups]
               truced --role sequencer --socket PATH --nodes "n1 n2:2 …" [--token-ms 1000] [--two-node 0|1]
                      [--wait-for-all 0|1] [--freeze 0|1]
               truced --version
               truced --help
        """;

    public static int Run(string[] args)
    {
        try
        {
            if (args is ["--version"])
            {
                return Say($"truced {typeof(Entry).Assembly.GetName().Version?.ToString(3)}");
            }

            if (args is ["--help"])
                return Say(Help);

            CommandLineOptions options = CommandLineOptions.Parse(args);
            return options.Take("role", "supervisor") == "sequencer"
                ? SequencerRole.Run(options)
                : RunRole(options);
        }
        catch (UsageException e)
        {
            return Fail($"truced: {e.Message}\n{Help}", Usage);
        }
        catch (ConfigurationException e)
        {
            return Fail($"truced: {e.Message}", BadInput);
        }
    }

    private static int Say(string answer)
    {
        try
        {
            Console.Out.WriteLine(answer);
            return 0;
        }
        catch (Exception e) when (IsStream(e))
        {
            return Fail($"truced: standard output: {e.Message}", BadInput);
        }
    }

    // Where the sentence can't be said either, the exit code says it.
    private static int Fail(string sentence, int code)
    {
        try
        {
            Console.Error.WriteLine(sentence);
        }
        catch (Exception e) when (IsStream(e))
        {
        }

        return code;
    }

    // A full disk or a closed stream is no defect.
    private static bool IsStream(Exception e) => e is IOException or UnauthorizedAccessException;

    private static int RunRole(CommandLineOptions options)
    {
        string role = options.Take("role", "supervisor");
        string file = options.Take("config", "/etc/truce/truce.conf");
        options.NoneLeft();
        DaemonConfiguration configuration = ConfigurationFile.Load(file);
        // A link's reader waits on its pool thread while the role's mailbox is
        // full; the others must not wait with it.
        ThreadPool.SetMinThreads(PoolThreadsMin, PoolThreadsMin);
        return role switch
        {
            "supervisor" => SupervisorProcess.Run(configuration, file),
            "controller" => ControllerProcess.Run(configuration, file),
            "judge" => JudgeProcess.Run(configuration),
            "api" => ApiProcess.Run(configuration),
            "groups" => GroupsProcess.Run(configuration),
            "executor" => AgentRole.Run(configuration, Ports.RoleKind.Executor),
            "fencer" => AgentRole.Run(configuration, Ports.RoleKind.Fencer),
            _ => throw new UsageException($"role '{role}' is unknown"),
        };
    }
}
