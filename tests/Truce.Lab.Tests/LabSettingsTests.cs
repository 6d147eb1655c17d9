namespace Truce.Lab.Tests;

/// <summary>What may be set, and where a lab may lie.</summary>
public sealed class LabSettingsTests
{
    [Theory]
    [InlineData("boot_delay", "none", null)]
    [InlineData("boot_delay", "7", 7.0)]
    [InlineData("boot_delay", "7s", 7.0)]
    public void The_boot_delay_is_seconds_or_none(string key, string value, double? expected) =>
        Assert.Equal(expected, new LabSettings().With(key, value).BootDelay);

    [Fact]
    public void A_setting_changes_nothing_else() =>
        Assert.Equal(new LabSettings { FenceMs = 1500, FenceFails = true },
            new LabSettings().With("fence_ms", "1500").With("fence_fails", "1"));

    [Theory]
    [InlineData("fence_ms", "soon")]
    [InlineData("fence_ms", "-1")]
    [InlineData("fence_fails", "2")]
    [InlineData("boot_dely", "1")]
    [InlineData("boot_delay", "")]
    public void An_impossible_setting_is_refused(string key, string value) =>
        Assert.Equal(LabFailure.BadInput,
            Assert.Throws<LabException>(() => new LabSettings().With(key, value)).Kind);

    [Theory]
    [InlineData("/")]
    [InlineData("/var/tmp/a lab")]
    [InlineData("/var/tmp/$(reboot)")]
    [InlineData("/var/tmp/0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void A_folder_that_sockets_or_scripts_can_not_have_is_refused(string folder) =>
        Assert.Throws<LabException>(() => LabPaths.FromEnvironment(folder));

    [Fact]
    public void Labs_in_different_folders_have_different_cgroups() =>
        Assert.NotEqual(LabPaths.FromEnvironment("/var/tmp/a").Tag,
            LabPaths.FromEnvironment("/var/tmp/b").Tag);
}
