using Truce.Agents.Processes;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class LongParameterTests
{
    [Theory]
    [InlineData(1, 200_000)]
    [InlineData(60, 100_000)]
    public async Task Parameters_that_no_program_can_be_given_are_no_lack_of_room(int count, int length)
    {
        using ProcessSpawner spawner = Fixture.Spawner(Hold.GateOnly);
        OperationSpec operation = Fixture.Operation(
            "code", "monitor",
            [.. Enumerable.Range(0, count).Select(i => ($"p{i}", new string('x', length)))]);
        OperationOutcome outcome = await Fixture.Runner(spawner).RunAsync(
            operation, null, TestContext.Current.CancellationToken);
        Assert.Equal((OperationStatus.Error, 4), (outcome.Status, outcome.ReturnCode));
        Assert.Contains("too long", outcome.ExitReason, StringComparison.Ordinal);
    }
}
