using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Rooms;

/// <summary>How long a resource that keeps failing waits for its next start.</summary>
public sealed class RestartPausesTests
{
    private readonly RestartPauses _pauses = new();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(13, 8)]
    [InlineData(16, 60)]
    [InlineData(10_000, 60)]
    public void The_first_starts_are_made_at_once_and_then_pauses_grow(int failures, int seconds)
    {
        for (int i = 0; i < failures; i++)
            FailAfter(1, i * 2);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Left(((failures - 1) * 2) + 1));
        Assert.Equal(TimeSpan.FromSeconds(Math.Max(0, seconds - 1)), Left(((failures - 1) * 2) + 2));
        Assert.Equal(TimeSpan.Zero, Left(((failures - 1) * 2) + 62));
    }

    [Fact]
    public void One_that_has_run_for_a_while_begins_anew()
    {
        for (int i = 0; i < 11; i++)
            FailAfter(1, i * 2);
        Assert.True(_pauses.Holds(new ResourceId("r")));
        FailAfter(20, 100);
        Assert.False(_pauses.Holds(new ResourceId("r")));
    }

    [Fact]
    public void A_start_that_fails_counts_and_a_stop_that_fails_does_not()
    {
        for (int i = 0; i < 10; i++)
            Hear("start", 1, i);
        Assert.True(_pauses.Holds(new ResourceId("r")));
        _pauses.Clear();
        for (int i = 0; i < 10; i++)
            Hear("stop", 1, i);
        Assert.False(_pauses.Holds(new ResourceId("r")));
    }

    [Theory]
    [InlineData("r", false)]
    [InlineData("other", true)]
    [InlineData("", false)]
    public void Whoever_cleans_up_has_it_started_at_once(string resource, bool holds)
    {
        for (int i = 0; i < 11; i++)
            FailAfter(1, i * 2);
        EquatableArray<ResourceId> which = resource.Length == 0 ? [] : [new ResourceId(resource)];
        _pauses.Read(new Command.Forget(which, null, false, null), Given.Second(30));
        Assert.Equal(holds, _pauses.Holds(new ResourceId("r")));
    }

    [Fact]
    public void A_cleanup_reaches_instances_and_a_fail_count_that_expires_is_none()
    {
        ResourceId instance = new("r:0");
        for (int i = 0; i < 11; i++)
        {
            _pauses.Read(
                Given.Results(1, Given.Result(Given.Order(1, instance.Value, "start"), 1)), Given.Second(i));
        }

        _pauses.Read(
            new Command.Forget([instance], null, false, Command.Forget.AnyOperation), Given.Second(20));
        Assert.True(_pauses.Holds(instance));
        _pauses.Read(new Command.Forget([new("r")], null, false, null), Given.Second(20));
        Assert.False(_pauses.Holds(instance));
    }

    [Fact]
    public void A_changed_configuration_has_it_started_at_once()
    {
        for (int i = 0; i < 11; i++)
            FailAfter(1, i * 2);
        _pauses.Read(new Command.ChangeConfiguration("", null, null, "", ""), Given.Second(22));
        Assert.Equal(TimeSpan.Zero, Left(22));
    }

    private TimeSpan Left(double second) => _pauses.Left(new ResourceId("r"), Given.Second(second));

    private void FailAfter(double seconds, double start)
    {
        Hear("start", 0, start);
        Hear("monitor", 7, start + seconds);
    }

    private void Hear(string operation, int code, double second) => _pauses.Read(
        Given.Results(1, Given.Result(Given.Order(1, "r", operation), code)), Given.Second(second));
}
