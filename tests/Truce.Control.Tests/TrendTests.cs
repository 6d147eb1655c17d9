using Truce.Model;

namespace Truce.Control.Tests;

/// <summary>Which operations are told to take more of their timeout than they used to.</summary>
public sealed class TrendTests
{
    // Milliseconds, of a timeout of a minute.
    [Theory]
    [InlineData("20000 20000 40000 40000", "twice as long as before an upgrade, in its second run")]
    [InlineData("2000 2100 1900 2000 4100 2000 4000", "in the third, if the second was as before")]
    [InlineData("10000 11000 12100 13300 14600 16100 17700 19500 21400 23600 26000 28600 31400",
        "a tenth more each time")]
    [InlineData("25000 25000 32000 32000", "half of the timeout, and a quarter more than before")]
    [InlineData("48000 49000", "most of the timeout, whatever was before")]
    [InlineData("48000 30000 49000", "most of the timeout, twice of three")]
    public void Is_told(string took, string why)
    {
        SlowerOperation? told = Trend.Of(Times(took));
        Assert.True(told is not null, why);
        Assert.Equal(("db", "stop", 60_000L), (told.Resource.Value, told.Operation, told.LimitMs));
    }

    [Theory]
    [InlineData("", "nothing was measured")]
    [InlineData("59000", "once says nothing yet")]
    [InlineData("20000 20000 40000", "one slow run may be a busy machine")]
    [InlineData("20000 20000 40000 20000", "and so may one that isn't the last")]
    [InlineData("2000 40000 20000 20000", "of two earlier runs the longer one is usual")]
    [InlineData("20000 40000 40000", "what was usual is known from two runs on")]
    [InlineData("100 100 400 400", "tenths of a second are the machine's")]
    [InlineData("35000 35000 35000 35000", "more than half of the timeout, but as always")]
    [InlineData("40000 40000 20000 20000", "it is faster than before")]
    public void Is_not_told(string took, string why) => Assert.True(Trend.Of(Times(took)) is null, why);

    [Fact]
    public void The_sentence_has_the_figures() => Assert.Equal(
        "stop of db took up to 41.2 s in its last runs, where 20.0 s were usual: 69 % of its timeout",
        Trend.Of(Times("20000 20000 40000 41200"))!.ToString());

    [Fact]
    public void Without_a_timeout_only_what_was_usual_counts()
    {
        MeasuredTimes times = Of([20_000, 20_000, 40_000, 40_000], limitMs: 0);
        Assert.Equal("stop of db took up to 40.0 s in its last runs, where 20.0 s were usual",
            Trend.Of(times)!.ToString());
        Assert.Null(Trend.Of(Of([70_000, 70_000], limitMs: 0)));
    }

    [Fact]
    public void A_recovery_is_no_operation() =>
        Assert.Null(Trend.Of(Times("20000 20000 40000 40000") with { Kind = MeasuredKind.Recovery }));

    [Fact]
    public void What_is_slow_for_long_becomes_usual()
    {
        MeasuredTimes times = Times("20000 20000 20000 20000");
        int told = 0;
        for (int i = 0; i < 2 * MeasuredTimes.RunsMax; i++)
        {
            times = times.With(new MeasuredRun(41_000, 120_000));
            told += Trend.Of(times) is null ? 0 : 1;
        }

        Assert.InRange(told, 1, MeasuredTimes.RunsMax);
        Assert.Null(Trend.Of(times));
        Assert.Equal(MeasuredTimes.RunsMax, times.Runs.Count);
    }

    [Fact]
    public void What_is_accepted_is_usual_from_then_on()
    {
        MeasuredTimes accepted = Trend.Accepted(Times("20000 20000 40000 40000"));
        Assert.Null(Trend.Of(accepted));
        MeasuredRun again = new(40_000, 60_000);
        Assert.Null(Trend.Of(accepted.With(again).With(again)));
    }

    [Fact]
    public void Accepting_what_is_usual_changes_nothing()
    {
        MeasuredTimes times = Times("20000 20000 20000 20000");
        Assert.Same(times, Trend.Accepted(times));
    }

    private static MeasuredTimes Times(string took) => Of(
        [.. took.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(t => long.Parse(t, System.Globalization.CultureInfo.InvariantCulture))], 60_000);

    private static MeasuredTimes Of(long[] took, long limitMs) =>
        took.Aggregate(new MeasuredTimes(new ResourceId("db"), MeasuredKind.Operation, "stop"),
            (times, ms) => times.With(new MeasuredRun(ms, limitMs)));
}
