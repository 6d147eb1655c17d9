using Truce.Cli.Cluster;
using Truce.Cli.Tests.ClusterSetup;

namespace Truce.Cli.Tests;

/// <summary>Runs command lines the way a shell would, and keeps what they print.</summary>
internal sealed class Terminal
{
    private readonly Dictionary<string, string> _environment = [];

    /// <summary>What the last command line printed.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What it complained about.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The cluster that answers; null: none does.</summary>
    public ScriptedCluster? Cluster { get; init; }

    /// <summary>What Ctrl-C cancels.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>The machine that is set up as a node; none may be unless a test says so.</summary>
    public ScriptedHost Host { get; init; } = new();

    /// <summary>Behind which sockets it answers; all of them unless a test says otherwise.</summary>
    public Func<string, bool> Answers { get; init; } = _ => true;

    /// <summary>Sockets that were tried.</summary>
    public List<string> Tried { get; } = [];

    /// <summary>Sets an environment variable.</summary>
    public Terminal With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Runs one command line, words separated by blanks.</summary>
    public Task<ExitCode> RunAsync(string line, string input = "") =>
        RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);

    /// <summary>Runs one command line.</summary>
    public async Task<ExitCode> RunAsync(string[] words, string input = "")
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(words, Context(output, error, input));
        (Output, Error) = (output.ToString(), error.ToString());
        return (ExitCode)code;
    }

    /// <summary>What a command line is given.</summary>
    public CliContext Context(TextWriter output, TextWriter error, string input = "") => new()
    {
        Output = output,
        Error = error,
        Input = new StringReader(input),
        Environment = _environment.GetValueOrDefault,
        IsTerminal = false,
        Interrupted = Interrupted,
        Host = Host,
        ConnectAsync = ConnectAsync,
        Planner = Scheduler.Planner.Plan,
        Time = new HastyTime(),
    };

    private Task<ICluster?> ConnectAsync(string socket, CancellationToken cancel)
    {
        Tried.Add(socket);
        return Task.FromResult<ICluster?>(Answers(socket) ? Cluster : null);
    }
}
