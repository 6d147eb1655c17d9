using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Scenarios;

/// <summary>A cluster that a class of scenarios shares: each leaves it settled and whole for the
/// next.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private LabCluster? _cluster;

    internal LabCluster Cluster
    {
        get
        {
            Programs.Require();
            return _cluster ?? throw new InvalidOperationException("the cluster didn't come up");
        }
    }

    // A fixture can't skip: where a cluster can't be run, the tests themselves say so.
    public async ValueTask InitializeAsync()
    {
        if (Programs.Missing is null)
            _cluster = await LabCluster.UpAsync("recorders.xml", 3, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
