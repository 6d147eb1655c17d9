using Truce.Cli;

namespace Truce.Cli.Tests;

/// <summary>Runs command lines the way a shell would, and keeps what they print.</summary>
internal sealed class Terminal
{
    private readonly Dictionary<string, string> _environment = [];

    /// <summary>What the last command line printed.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What it complained about.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Sets an environment variable.</summary>
    public Terminal With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Runs one command line.</summary>
    public async Task<ExitCode> RunAsync(string line, string input = "")
    {
        using StringWriter output = new();
        using StringWriter error = new();
        CliContext context = new()
        {
            Output = output,
            Error = error,
            Input = new StringReader(input),
            Environment = _environment.GetValueOrDefault,
            IsTerminal = false,
        };
        int code = await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), context);
        (Output, Error) = (output.ToString(), error.ToString());
        return (ExitCode)code;
    }
}
