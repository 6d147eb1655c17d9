using Truce.Model.Rules;

namespace Truce.Model.Tests;

/// <summary>How the values of a CIB are read.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-5", -5)]
    [InlineData("+7", 7)]
    [InlineData("007", 7)]
    [InlineData("INFINITY", 1_000_000)]
    [InlineData("+INFINITY", 1_000_000)]
    [InlineData("-INFINITY", -1_000_000)]
    [InlineData("1000001", 1_000_000)]
    [InlineData("-99999999999999999999", -1_000_000)]
    public void Scores_are_read_and_cut_to_their_limits(string text, int value) =>
        Assert.Equal(value, Score.Parse(text)?.Value);

    [Theory]
    [InlineData("")]
    [InlineData("infinity")]
    [InlineData("1.5")]
    [InlineData("--1")]
    [InlineData("0x10")]
    [InlineData("ten")]
    public void What_is_no_score_is_none(string text) => Assert.Null(Score.Parse(text));

    [Theory]
    [InlineData("INFINITY", "5", "INFINITY")]
    [InlineData("INFINITY", "-INFINITY", "-INFINITY")]
    [InlineData("-INFINITY", "5", "-INFINITY")]
    [InlineData("INFINITY", "-5", "INFINITY")]
    [InlineData("600000", "600000", "INFINITY")]
    [InlineData("3", "-5", "-2")]
    public void Sums_saturate_and_a_ban_beats_every_wish(string left, string right, string sum)
    {
        Assert.Equal(sum, (Score.Parse(left)!.Value + Score.Parse(right)!.Value).ToString());
        Assert.Equal(sum, (Score.Parse(right)!.Value + Score.Parse(left)!.Value).ToString());
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("10", 10_000)]
    [InlineData("10s", 10_000)]
    [InlineData("10 s", 10_000)]
    [InlineData("10sec", 10_000)]
    [InlineData("5min", 300_000)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("2hr", 7_200_000)]
    [InlineData("100ms", 100)]
    [InlineData("100msec", 100)]
    [InlineData("1500us", 1)]
    [InlineData("PT1M30S", 90_000)]
    [InlineData("PT10S", 10_000)]
    [InlineData("P10S", 10_000)]
    [InlineData("P1DT1H", 90_000_000)]
    [InlineData("P2W", 1_209_600_000)]
    [InlineData("99999999999999999999999", Interval.MaxMilliseconds)]
    [InlineData("9223372036854775807ms", Interval.MaxMilliseconds)]
    [InlineData("P99999999Y", Interval.MaxMilliseconds)]
    [InlineData("31536000000000us", 31_536_000_000)]
    public void Intervals_are_read_to_milliseconds(string text, long milliseconds)
    {
        Assert.True(Interval.TryParse(text, out Interval interval));
        Assert.Equal(milliseconds, interval.Milliseconds);
        Assert.Equal(text, interval.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("10 parsecs")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("PTS")]
    [InlineData("P1X")]
    [InlineData("1h30m")]
    public void What_is_no_interval_is_refused(string text) => Assert.False(Interval.TryParse(text, out _));

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("y", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("N", false)]
    [InlineData("0", false)]
    [InlineData("", null)]
    [InlineData("2", null)]
    [InlineData("maybe", null)]
    [InlineData(null, null)]
    public void Booleans_are_read_as_the_field_spells_them(string? text, bool? value) =>
        Assert.Equal(value, CibBoolean.Parse(text));

    [Theory]
    [InlineData("pacemaker-1.0", true)]
    [InlineData("pacemaker-2.10", true)]
    [InlineData("pacemaker-3.10", true)]
    [InlineData("pacemaker-4.0", true)]
    [InlineData("pacemaker-next", true)]
    [InlineData("pacemaker-0.7", true)]
    [InlineData("transitional-0.6", true)]
    [InlineData("pacemaker-5.0", false)]
    [InlineData("pacemaker-3.11", false)]
    [InlineData("pacemaker-3", false)]
    [InlineData("heartbeat-1.0", false)]
    public void Schemas_are_known_or_not(string text, bool isKnown) =>
        Assert.Equal(isKnown, SchemaVersion.TryParse(text, out _));

    [Fact]
    public void Schema_3_10_comes_after_3_9() =>
        Assert.True(new SchemaVersion(3, 10).CompareTo(new SchemaVersion(3, 9)) > 0);

    [Theory]
    [InlineData("true", true, null)]
    [InlineData("online", true, null)]
    [InlineData("1", true, null)]
    [InlineData("0", false, 0L)]
    [InlineData("false", false, null)]
    [InlineData("offline", false, null)]
    [InlineData("1700000000", true, 1_700_000_000L)]
    public void Presence_is_told_by_a_word_or_a_time(string text, bool isUp, long? since)
    {
        Presence presence = new(text);
        Assert.Equal(isUp, presence.IsUp);
        Assert.Equal(since, presence.Since);
    }

    [Theory]
    [InlineData("2019-09-20 21:00:00 -05:00", "2019-09-21T02:00:00Z")]
    [InlineData("20190920T210000Z", "2019-09-20T21:00:00Z")]
    [InlineData("2019-09-20", "2019-09-19T22:00:00Z")]
    [InlineData("2020-06-15T13:00:00+02:00", "2020-06-15T11:00:00Z")]
    [InlineData("2005-001 10:00Z", "2005-01-01T10:00:00Z")]
    [InlineData("2020-W25-1 00:00Z", "2020-06-15T00:00:00Z")]
    [InlineData("2020-06-15T24:00:00Z", "2020-06-16T00:00:00Z")]
    public void Dates_are_read_as_iso_8601_has_them(string text, string expected)
    {
        Assert.True(IsoTime.TryParse(text, TimeSpan.FromHours(2), out DateTimeOffset time));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2020-13-01")]
    [InlineData("2020-06-15 25:00")]
    [InlineData("2021-366")]
    [InlineData("2020-W54-1")]
    [InlineData("2020-06-15 10:00 +99:00")]
    [InlineData("11:00")]
    public void What_is_no_date_is_refused(string text) =>
        Assert.False(IsoTime.TryParse(text, TimeSpan.Zero, out _));

    [Theory]
    [InlineData("fencing-enable", "fencing-enabled")]
    [InlineData("no_quorum-policy", "no-quorum-policy")]
    [InlineData("resource-stickines", "resource-stickiness")]
    [InlineData("redis_REPL_INFO", null)]
    public void The_nearest_known_name_is_found(string name, string? nearest) =>
        Assert.Equal(nearest,
            NearestName.Find(name,
            OptionNames.Cluster.Concat(OptionNames.ResourceMeta).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("passwd", true)]
    [InlineData("password", true)]
    [InlineData("login_passwd", true)]
    [InlineData("secret", true)]
    [InlineData("snmp_priv_passwd", true)]
    [InlineData("passwd_script", false)]
    [InlineData("ip", false)]
    [InlineData("keyfile", false)]
    [InlineData(null, false)]
    public void Names_of_secrets_are_known(string? name, bool isSecret) =>
        Assert.Equal(isSecret, SecretNames.Contains(name));
}
