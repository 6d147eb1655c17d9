using Truce.Model.Fencing;

namespace Truce.Model.Tests;

public sealed class SbdFileTests
{
    [Fact]
    public void Reads_the_settings_of_a_node()
    {
        SbdFile file = Accepted("# sbd\nSBD_DEVICE=\"/dev/a; /dev/b\" # two\nexport SBD_WATCHDOG_TIMEOUT=15 "
            + "# s\nSBD_OPTS=\n");
        Assert.Equal(["/dev/a", "/dev/b"], file.Devices);
        Assert.Equal(15, file.WatchdogSeconds);
        Assert.Equal(3, file.Find(SbdFile.WatchdogKey)!.Line);
        Assert.False(file.IsHeader);
    }

    [Fact]
    public void Reads_the_header_of_a_device()
    {
        SbdFile file = Accepted("==Dumping header on disk /dev/a\nHeader version     : 2.1\nTimeout "
            + "(watchdog) : 5\nTimeout (msgwait)  : 10\n");
        Assert.True(file.IsHeader);
        Assert.Equal(10, file.Seconds("Timeout (msgwait)"));
        Assert.Empty(file.Devices);
    }

    [Fact]
    public void The_watchdog_has_five_seconds_where_nothing_is_said() =>
        Assert.Equal(5, Accepted("SBD_PACEMAKER=yes").WatchdogSeconds);

    [Fact]
    public void The_last_value_counts() =>
        Assert.Equal(30, Accepted("SBD_WATCHDOG_TIMEOUT=5\nSBD_WATCHDOG_TIMEOUT='30'").WatchdogSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("totem {\n}\n")]
    [InlineData("#SBD_DEVICE=/dev/a")]
    public void Refuses_what_is_neither(string text) =>
        Assert.Equal(1, Assert.IsType<SbdReadResult.Refused>(SbdFile.Parse(text, "sbd")).Finding.Line);

    [Fact]
    public void Refuses_what_is_too_long() => Assert.IsType<SbdReadResult.Refused>(
        SbdFile.Parse("SBD_OPTS=" + new string('x', SbdFile.CharactersMax), "sbd"));

    private static SbdFile Accepted(string text) =>
        Assert.IsType<SbdReadResult.Accepted>(SbdFile.Parse(text, "sbd")).File;
}
