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
/// exclusive discovery leave most nodes out.
/// </summary>
internal sealed class NodeTable
{
    private readonly int[] _score;
    private readonly byte[] _present;
    private int[]? _count;

    public NodeTable(int nodes)
    {
        _score = new int[nodes];
        _present = new byte[nodes];
    }

    private NodeTable(NodeTable other)
    {
        _score = (int[])other._score.Clone();
        _present = (byte[])other._present.Clone();
        _count = (int[]?)other._count?.Clone();
    }

    public int Size => _score.Length;

    public bool Has(int node) => _present[node] != 0;

    public int this[int node]
    {
        get => _score[node];
        set => _score[node] = value;
    }

    public Discovery DiscoveryOf(int node) => (Discovery)_present[node];

    public void Set(int node, int score, Discovery discovery = Discovery.Always)
    {
        _score[node] = score;
        _present[node] = (byte)discovery;
    }

    public void SetDiscovery(int node, Discovery discovery) => _present[node] = (byte)discovery;

    public void Add(int node, int score) => _score[node] = Scores.Add(_score[node], score);

    public void Remove(int node)
    {
        _present[node] = 0;
        _score[node] = 0;
    }

    /// <summary>Instances (or promotions) counted on a node while a clone is placed.</summary>
    public int Count(int node) => _count is null ? 0 : _count[node];

    public void SetCount(int node, int count)
    {
        _count ??= new int[_score.Length];
        _count[node] = count;
    }

    public void ClearCounts() => _count?.AsSpan().Clear();

    public NodeTable Copy() => new(this);
}
