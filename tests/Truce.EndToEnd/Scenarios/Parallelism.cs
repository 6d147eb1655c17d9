using Truce.EndToEnd.Scenarios;

// Two clusters at a time, one per core of the least machine: scenarios mostly wait.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Truce.EndToEnd.Scenarios;

/// <summary>Scenarios that judge how long something took: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
