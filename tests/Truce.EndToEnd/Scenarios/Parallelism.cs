// Whole clusters with real deadlines: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
