using Truce.Cli.Alerts;

namespace Truce.Cli.Tests.Alerts;

public sealed class TimestampFormatTests
{
    private static readonly DateTimeOffset s_at =
        new DateTimeOffset(2026, 3, 1, 9, 5, 7, TimeSpan.FromHours(2)).AddTicks(1_234_567);

    [Theory]
    [InlineData("%H:%M:%S.%06N", "09:05:07.123456")]
    [InlineData("%Y-%m-%d,%H:%M:%S.%01N", "2026-03-01,09:05:07.1")]
    [InlineData("%3N %N", "123 123456700")]
    [InlineData("%D %H:%M", "03/01/26 09:05")]
    [InlineData("%c", "Sun Mar  1 09:05:07 2026")]
    [InlineData("%F %T %z", "2026-03-01 09:05:07 +0200")]
    [InlineData("%a %A %b %B %e %j %u %w %y %I %p %R", "Sun Sunday Mar March  1 060 7 0 26 09 AM 09:05")]
    [InlineData("%s", "1772348707")]
    [InlineData("100%%", "100%")]
    [InlineData("%Q %5H %", "%Q %5H %")]
    [InlineData("", "")]
    public void Times_are_written_as_date_writes_them(string format, string expected) =>
        Assert.Equal(expected, TimestampFormat.Write(format, s_at));

    [Fact]
    public void A_long_format_has_an_end() =>
        Assert.InRange(TimestampFormat.Write(new string('x', 1_000_000), s_at).Length, 1, 2000);
}
