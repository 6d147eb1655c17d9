using Truce.Engine.Tests.Contract;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Corosync;

/// <summary>The contract, kept by the engine over real Corosyncs, and what only that engine promises.</summary>
public sealed class CorosyncEngineTests : EngineContract
{
    protected override IEngineWorld Create() => new CorosyncWorld();

    [Fact]
    public void A_node_that_corosync_calls_by_another_name_is_refused()
    {
        EngineUnavailableException e = Assert.Throws<EngineUnavailableException>(
            () => ((CorosyncWorld)World).Join("n1", "control", "web1"));
        Assert.True(e.Refused);
        Assert.Contains("calls this node n1, not web1", e.Message, StringComparison.Ordinal);
    }
}
