using System.Collections.Concurrent;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;

namespace Truce.Agents.Describing;

/// <summary>What agents say of themselves, asked for once while their file is the same.</summary>
internal sealed class DescriptionCache(ProcessSpawner spawner, AgentSettings settings)
{
    private const int RememberedMax = 256;

    private readonly AgentCatalog _catalog = new(settings);
    private readonly AgentDescriber _describer = new(spawner, settings);
    private readonly ConcurrentDictionary<string, Task<AgentDescription>> _descriptions = new(StringComparer.Ordinal);

    /// <summary>Describes an agent, from memory if it can.</summary>
    public async Task<AgentDescription> DescribeAsync(AgentName name, CancellationToken cancellationToken)
    {
        if (_catalog.Locate(name) is not AgentPlace.Program(_, var path))
            return await _describer.DescribeAsync(name, cancellationToken).ConfigureAwait(false);
        string key = $"{path} {File.GetLastWriteTimeUtc(path).Ticks}";
        if (_descriptions.Count > RememberedMax)
            _descriptions.Clear();
        AgentDescription description = await _descriptions
            .GetOrAdd(key, _ => _describer.DescribeAsync(name, CancellationToken.None))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (description.Metadata is null)
            _descriptions.TryRemove(key, out _);
        return description;
    }
}
