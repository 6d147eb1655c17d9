using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Describing;

/// <summary>Asks agents what they are. Units and init scripts can't say: for them
/// a description is made up.</summary>
public sealed class AgentDescriber(ProcessSpawner spawner, AgentSettings settings)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_serviceTimeout = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan s_serviceInterval = TimeSpan.FromSeconds(60);

    private readonly AgentCatalog _catalog = new(settings);

    /// <summary>Describes an agent. Never throws for what it prints.</summary>
    public async Task<AgentDescription> DescribeAsync(AgentName name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _catalog.Locate(name) switch
        {
            AgentPlace.Program(AgentName.Lsb, var path) => InitScript(name, path),
            AgentPlace.Program(AgentName.Stonith, var path) => await AskAsync(
                path, ["-o", OperationNames.FenceMetadata], OcfEnvironment.Common(settings), AgentKind.Fence,
                cancellationToken)
                .ConfigureAwait(false),
            AgentPlace.Program(_, var path) => await AskAsync(
                path, [OperationNames.MetaData], ResourceEnvironment(name), AgentKind.Resource,
                cancellationToken)
                .ConfigureAwait(false),
            AgentPlace.Unit(var unit) => Service(name, $"systemd unit {unit}"),
            AgentPlace.Missing(var reason) => AgentDescription.Unreadable(reason),
            AgentPlace.Refused(var reason) => AgentDescription.Unreadable(reason),
        };
    }

    private async Task<AgentDescription> AskAsync(
        string path,
        ImmutableArray<string> arguments,
        ImmutableSortedDictionary<string, string> environment,
        AgentKind kind,
        CancellationToken cancellationToken)
    {
        ProcessSpec spec = new($"describe-{Guid.NewGuid():N}", path, arguments, environment, s_limit)
        {
            Capture = CaptureLimits.Document,
        };
        ProcessResult result = await spawner.RunAsync(spec, null, cancellationToken).ConfigureAwait(false);
        AgentDescription description = MetadataReader.Read(result.Output.Text, kind);
        return result.End switch
        {
            ProcessEnd.Exited(0) => description,
            ProcessEnd.Exited(var code) when description.Metadata is not null => description with
            {
                Findings = description.Findings.Add(new MetadataFinding(0, $"printing its metadata failed with code {code}")),
            },
            ProcessEnd.Exited(var code) => AgentDescription.Unreadable(
                $"{path} failed to print its metadata: code {code}: {LastLine(result.Errors.Text)}"),
            ProcessEnd.Signaled(var signal) => AgentDescription.Unreadable($"{path} was killed by signal {signal}"),
            ProcessEnd.TimedOut => AgentDescription.Unreadable(
                $"{path} took more than {s_limit.TotalSeconds} s to print its metadata"),
            ProcessEnd.Cancelled => AgentDescription.Unreadable("cancelled"),
            ProcessEnd.NotStarted(_, var reason) => AgentDescription.Unreadable(reason),
        };
    }

    private ImmutableSortedDictionary<string, string> ResourceEnvironment(AgentName name) => OcfEnvironment.For(
        new OperationSpec("", AgentKind.Resource, name.Type, name.Class, name.Provider, name.Type,
            OperationNames.MetaData,
            ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty, s_limit, 0),
        settings);

    private static AgentDescription InitScript(AgentName name, string path)
    {
        const string Prefix = "# Short-Description:";
        string? text = File.ReadLines(path).Take(100)
            .FirstOrDefault(l => l.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase));
        return Service(name, text is null ? $"init script {path}" : text[Prefix.Length..].Trim());
    }

    private static AgentDescription Service(AgentName name, string description) => new(
        new AgentMetadata(name.Type, "", "1.1", description, "", [],
        [
            Action(OperationNames.Start), Action(OperationNames.Stop), Action(OperationNames.Status),
            Action(OperationNames.MetaData),
            Action(OperationNames.Monitor) with { Interval = s_serviceInterval, Depth = "0" },
        ]),
        [], "");

    private static AgentAction Action(string name) =>
        new(name, name == OperationNames.MetaData ? TimeSpan.FromSeconds(5) : s_serviceTimeout,
            null, null, null, null, false, false);

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
