using Truce.Agents.Bench.Tracing;
using Truce.Agents.Processes;
using Truce.Model;

namespace Truce.Agents.Bench.Mutants;

/// <summary>A resource's life from meta-data to stop, with the lines that the shell ran: a mistake in a line
/// that is never reached with these parameters can't be seen by running the agent.</summary>
internal static class LifeCycle
{
    private static readonly string[] s_actions =
    [
        OperationNames.MetaData, OperationNames.ValidateAll, OperationNames.Monitor, OperationNames.Stop,
        OperationNames.Start, OperationNames.Start, OperationNames.Monitor, OperationNames.Stop,
        OperationNames.Stop, OperationNames.Monitor, "truce-no-such-action",
    ];

    private static readonly string[] s_roles =
    [
        OperationNames.Start, OperationNames.Promote, OperationNames.Monitor, OperationNames.Demote,
        OperationNames.Monitor, OperationNames.Stop,
    ];

    /// <summary>Lives it. Null: no shell here can say at which line it is.</summary>
    public static async Task<ShellScript?> RunAsync(
        BenchSubject subject, ProcessSpawner spawner, CancellationToken cancel)
    {
        if (LineRecord.Options(subject) is not { } options)
            return null;
        await using Stage stage = await Stage.BootAsync(subject, spawner, cancel).ConfigureAwait(false);
        foreach (string action in subject.IsPromotable ? s_actions.Concat(s_roles) : s_actions)
            await stage.DoAsync(action, options, cancel).ConfigureAwait(false);
        return ShellScript.Read(subject.Text, LineRecord.Take(stage)
            .Where(p => p.File == subject.Path).ToLookup(p => p.Line, p => p.Text));
    }
}
