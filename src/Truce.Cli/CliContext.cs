using System.CommandLine;
using Truce.Analysis.WhatIf;
using Truce.Cli.Cluster;
using Truce.Cli.ClusterSetup;
using Truce.Cli.Ending;
using Truce.Contracts;

namespace Truce.Cli;

/// <summary>
/// What a command gets of the world: the standard streams, the environment, and the options that all commands
/// share. Tests hand in their own. A command is a file with
/// <code>
/// internal static class StatusCommand
/// {
///     public static Command Create(CliContext context)
///     {
///         Option&lt;bool&gt; watch = new("--watch") { Description = "Keep running, and redraw on every change" };
///         Command command = new("status", "Show what runs where") { watch };
///         command.SetAction((parse, cancel) => RunAsync(context, parse.GetValue(context.Json), cancel));
///         return command;
///     }
/// }
/// </code>
/// and a line in <see cref="CommandLine"/>. Its action returns an <see cref="ExitCode"/> as int, writes its answer
/// to <see cref="Output"/>, and throws <see cref="CommandException"/> for what goes wrong: the message and the
/// remedy then go to <see cref="Error"/>.
/// </summary>
public sealed class CliContext
{
    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input: what FILE is when it is <c>-</c>.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Its bytes, for documents with an encoding of their own; null:
    /// <see cref="Input"/> is all there is.</summary>
    public Stream? InputStream { get; init; }

    /// <summary>Cancelled when standard output takes nothing more: who prints forever ends then.</summary>
    public CancellationToken OutputEnded => (Output as StandardWriter)?.Ended ?? CancellationToken.None;

    /// <summary>Cancelled by Ctrl-C or SIGTERM.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>Reads an environment variable; null if it isn't set or is empty.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Whether standard output is a terminal: colours and live
    /// screens are for terminals only.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary>How wide a line may be: the terminal's width, or COLUMNS; no limit where neither is
    /// known.</summary>
    public int Columns => Environment("COLUMNS") is { } set
        && int.TryParse(set, System.Globalization.CultureInfo.InvariantCulture, out int wide) && wide > 0
            ? wide : TerminalColumns;

    /// <summary>The width of the terminal, if standard output is one.</summary>
    public int TerminalColumns { get; init; } = int.MaxValue;

    /// <summary>Connects to a cluster's socket; null if nothing answers there.</summary>
    public required Func<string, CancellationToken, Task<ICluster?>> ConnectAsync { get; init; }

    /// <summary>The scheduler, for what is tried on paper.</summary>
    public required PlanMaker Planner { get; init; }

    /// <summary>What time it is, and waiting.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The machine that is set up as a node.</summary>
    internal ISetupHost Host { get; init; } = new LinuxHost();

    /// <summary><c>--socket</c> and <c>--node</c>, for commands that talk to a cluster.</summary>
    public ClusterLocation Location { get; } = new();

    /// <summary><c>--json</c>, understood by every command that prints.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON", Recursive = true };

    /// <summary>The context of this process.</summary>
    public static CliContext ForProcess(CancellationToken interrupted) => new()
    {
        Output = StandardStreams.Output(),
        Error = StandardStreams.Error(),
        Input = TextReader.Null,
        InputStream = StandardStreams.Input(),
        Interrupted = interrupted,
        Environment = name => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        IsTerminal = StandardStreams.IsTerminal,
        TerminalColumns = StandardStreams.Columns,
        ConnectAsync = SocketCluster.ConnectAsync,
        Planner = Scheduler.Planner.Plan,
        Time = TimeProvider.System,
    };

    /// <summary>Connects to the cluster that the command line means, and runs a command on it.</summary>
    /// <exception cref="CommandException">No cluster answers; or it was interrupted after it had asked for a
    /// change.</exception>
    public async Task<int> OnClusterAsync(
        ParseResult parse, Func<ICluster, CancellationToken, Task<ExitCode>> run, CancellationToken cancel)
    {
        ICluster opened = await OpenAsync(parse, cancel).ConfigureAwait(false);
        await using PatientCluster cluster = new(opened, ConnectAsync, Time);
        try
        {
            return (int)await run(cluster, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cluster.MayHaveChanged)
        {
            throw new CommandException(
                ExitCode.TimedOut, "interrupted: what was asked for may still be done",
                    "see what becomes of it: truce status");
        }
    }

    /// <summary>Connects to the first socket behind which there is a quorum; else to the first that answers.
    /// </summary>
    /// <exception cref="CommandException">None does.</exception>
    public async Task<ICluster> OpenAsync(ParseResult parse, CancellationToken cancel)
    {
        IReadOnlyList<string> candidates = Location.Candidates(parse, this);
        ICluster? first = null;
        foreach (string socket in candidates)
        {
            if (await ConnectAsync(socket, cancel).ConfigureAwait(false) is not { } cluster)
                continue;
            if (candidates.Count == 1 || await HasJoinedAsync(cluster, cancel).ConfigureAwait(false))
            {
                await DisposeAsync(first).ConfigureAwait(false);
                return cluster;
            }

            await DisposeAsync(first is null ? null : cluster).ConfigureAwait(false);
            first ??= cluster;
        }

        if (first is not null)
            return first;
        throw new CommandException(
            ExitCode.Unreachable,
            candidates.Count == 0 ? "no cluster found" : $"no cluster answers at {string.Join(", ", candidates)}",
            "start it (systemctl start truced; to try Truce out: truce lab up), or give its location with --socket PATH or TRUCE_SOCKET");
    }

    private static ValueTask DisposeAsync(ICluster? cluster) =>
        cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Of several nodes, one that has just booted is the worst to ask.
    private static async Task<bool> HasJoinedAsync(ICluster cluster, CancellationToken cancel)
    {
        try
        {
            return await cluster.AskAsync(new ClientRequest.GetStatus(), cancel).ConfigureAwait(false) is ClientReply.Status { Cluster.Quorate: true };
        }
        catch (CommandException)
        {
            return false;
        }
    }
}
