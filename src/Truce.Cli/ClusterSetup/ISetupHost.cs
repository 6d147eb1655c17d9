using System.Collections.Immutable;
using Truce.Analysis.Setup;

namespace Truce.Cli.ClusterSetup;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; -1 if it isn't there, or was ended after its limit.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it complained of.</param>
internal sealed record ProgramEnd(int Code, string Output, string Error)
{
    /// <summary>It isn't there, or took too long.</summary>
    public const int None = -1;
}

/// <summary>What setting up a node needs of its machine. Tests hand in one of their own.</summary>
internal interface ISetupHost
{
    /// <summary>Whether this is root.</summary>
    bool IsRoot { get; }

    /// <summary>What the machine calls itself.</summary>
    string HostName { get; }

    /// <summary>Where a file of the system is.</summary>
    string PathOf(string path);

    /// <summary>Addresses of the machine but those of loopback.</summary>
    ImmutableArray<MachineAddress> Addresses();

    /// <summary>UDP ports in use.</summary>
    ImmutableArray<(string Address, int Port)> Ports();

    /// <summary>The addresses that a name has; empty: none.</summary>
    Task<ImmutableArray<string>> ResolveAsync(string name, CancellationToken cancel);

    /// <summary>Whether an address answers a ping.</summary>
    Task<bool> AnswersAsync(string address, CancellationToken cancel);

    /// <summary>Whether something listens on a TCP port.</summary>
    Task<bool> ListensAsync(string host, int port, CancellationToken cancel);

    /// <summary>Runs a program to its end, or to the limit.</summary>
    Task<ProgramEnd> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel);
}
