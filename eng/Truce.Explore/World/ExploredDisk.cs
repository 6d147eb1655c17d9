using Truce.Control;
using Truce.Model.Replication;

namespace Truce.Explore.World;

/// <summary>What a node's store has synced. A write is synced at once: power lost before or after it is
/// explored.</summary>
internal sealed class ExploredDisk
{
    private readonly SortedDictionary<Standing, StoredItem.Configuration> _configurations = [];
    private readonly SortedDictionary<string, FenceState> _fences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, EventState> _events = [];
    private StoredItem.Identity? _identity;

    public void Write(IEnumerable<StoredItem> items)
    {
        foreach (StoredItem item in items)
            Write(item);
    }

    /// <summary>As the controller's shell reads it.</summary>
    public StoredFacts Read()
    {
        StoredItem.Configuration[] newestFirst = [.. _configurations.Values.Reverse()];
        StoredItem.Configuration? newest = newestFirst.FirstOrDefault();
        return new StoredFacts(
            _identity is null, _identity?.Cluster ?? "", _identity?.Lineage ?? 0, newest?.Version,
            newest?.Xml ?? "",
            [.. _fences.Values], [.. _events.Values])
        {
            FeatureLevel = _identity?.FeatureLevel ?? 0,
            Earlier = [.. newestFirst.Skip(1).Select(c => c.Version)],
        };
    }

    private void Write(StoredItem item)
    {
        switch (item)
        {
            case StoredItem.Identity identity:
                _identity = identity;
                break;
            case StoredItem.Configuration configuration:
                _configurations[configuration.Version.Place] = configuration;
                break;
            case StoredItem.NoConfiguration gone:
                _configurations.Remove(gone.Place);
                break;
            case StoredItem.Fence fence:
                _fences[fence.State.Intent.Id] = fence.State;
                break;
            case StoredItem.NoFence gone:
                _fences.Remove(gone.Id);
                break;
            case StoredItem.Happening happening:
                _events[happening.State.Index] = happening.State;
                break;
            // Nothing that is explored reads them.
            case StoredItem.Path or StoredItem.NoPath or StoredItem.Measure or StoredItem.NoMeasure:
                break;
            case StoredItem.NoHappening gone:
                _events.Remove(gone.Index);
                break;
        }
    }
}
