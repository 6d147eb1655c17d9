using System.Collections.Immutable;
using Truce.Analysis.Setup;
using Truce.Cli.ClusterSetup;

namespace Truce.Cli.Tests.ClusterSetup;

/// <summary>A machine whose files are in a folder, and whose programs answer as a test says.</summary>
internal sealed class ScriptedHost : ISetupHost
{
    /// <summary>Where its files are; null: it has none, and nobody may set it up.</summary>
    public string? Root { get; init; }

    public bool IsRoot => Root is not null;

    public string HostName { get; init; } = "web1";

    public ImmutableArray<MachineAddress> Cards { get; init; } =
        [new("eth0", "10.1.0.1", "10.1.0.0/24"), new("eth1", "10.2.0.1", "10.2.0.0/24")];

    /// <summary>Units that run.</summary>
    public HashSet<string> Active { get; } = [];

    /// <summary>Programs that were run, with their arguments.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>What programs answer, by the beginning of their command line; before what they answer by
    /// themselves.</summary>
    public Dictionary<string, ProgramEnd> Answers { get; } = [];

    public string PathOf(string path) => Path.Combine(Root!, path.TrimStart('/'));

    public ImmutableArray<MachineAddress> Addresses() => Cards;

    public ImmutableArray<(string Address, int Port)> Ports() => [];

    public Task<ImmutableArray<string>> ResolveAsync(string name, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<string>>(["10.1.0.99"]);

    public Task<bool> AnswersAsync(string address, CancellationToken cancel) => Task.FromResult(true);

    public Task<bool> ListensAsync(string host, int port, CancellationToken cancel) => Task.FromResult(true);

    public Task<ProgramEnd> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel)
    {
        string line = string.Join(' ', arguments.Prepend(program));
        Ran.Add(line);
        if (Answers.FirstOrDefault(a => line.StartsWith(a.Key, StringComparison.Ordinal)).Value is { } answer)
            return Task.FromResult(answer);
        if (line.StartsWith("systemctl show", StringComparison.Ordinal))
            return Said(string.Join("\n\n", MachineLook.Units.Where(u => u != "pacemaker").Select(Unit)));
        foreach (string unit in arguments.Skip(1).Where(_ => arguments.First() is "start" or "restart"))
            Active.Add(unit);
        return Said(program switch
        {
            "corosync" => "Corosync Cluster Engine, version '3.1.7'\n",
            "timedatectl" => "yes\n",
            "corosync-cfgtool" => "nodeid: 1 reachable\n   LINK: 0 (a->b) enabled connected\n"
                + "nodeid: 2 reachable\n   LINK: 0 (a->b) enabled connected\n",
            _ => "",
        });
    }

    private string Unit(string name)
    {
        string state = Active.Contains(name) ? "active" : "inactive";
        return $"Id={name}.service\nLoadState=loaded\nActiveState={state}\nUnitFileState=disabled";
    }

    private static Task<ProgramEnd> Said(string text) => Task.FromResult(new ProgramEnd(0, text, ""));
}
