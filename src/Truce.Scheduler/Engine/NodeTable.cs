namespace Truce.Scheduler.Engine;

/// <summary>How a node is probed for a resource, as a location constraint says.</summary>
internal enum Discovery : byte
{
    Always = 1,
    Never = 2,
    Exclusive = 3,
}

/// <summary>
/// Scores of one resource over all nodes, dense by node index. A node can be absent: opt-in clusters and
/// exclusive discovery leave most nodes out. Read only: a resource's own scores change through its door
/// (<see cref="PlanResource.AddScore"/> and those beside it), which keeps the reason.
/// </summary>
internal abstract class NodeTable
{
    protected readonly int[] Values;
    protected readonly byte[] Present;
    private int[]? _count;

    protected NodeTable(int nodes)
    {
        Values = new int[nodes];
        Present = new byte[nodes];
    }

    protected NodeTable(NodeTable other)
    {
        Values = (int[])other.Values.Clone();
        Present = (byte[])other.Present.Clone();
        _count = (int[]?)other._count?.Clone();
    }

    public int Size => Values.Length;

    public bool Has(int node) => Present[node] != 0;

    public int this[int node] => Values[node];

    public Discovery DiscoveryOf(int node) => (Discovery)Present[node];

    /// <summary>Instances (or promotions) counted on a node while a clone is placed.</summary>
    public int Count(int node) => _count is null ? 0 : _count[node];

    public void SetCount(int node, int count)
    {
        _count ??= new int[Values.Length];
        _count[node] = count;
    }

    public void ClearCounts() => _count?.AsSpan().Clear();

    /// <summary>A copy to calculate with.</summary>
    public WorkTable Copy() => new(this);
}

/// <summary>Scores to calculate with. No resource has them until it adopts them, with a reason.</summary>
internal sealed class WorkTable : NodeTable
{
    public WorkTable(int nodes)
        : base(nodes)
    {
    }

    public WorkTable(NodeTable other)
        : base(other)
    {
    }

    public void Put(int node, int score) => Values[node] = score;

    public void Set(int node, int score, Discovery discovery = Discovery.Always)
    {
        Values[node] = score;
        Present[node] = (byte)discovery;
    }

    public void SetDiscovery(int node, Discovery discovery) => Present[node] = (byte)discovery;

    public void Add(int node, int score) => Values[node] = Scores.Add(Values[node], score);

    public void Remove(int node)
    {
        Present[node] = 0;
        Values[node] = 0;
    }
}
