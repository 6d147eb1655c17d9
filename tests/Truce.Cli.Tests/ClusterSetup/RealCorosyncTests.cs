using Truce.Analysis.Setup;
using Truce.Cli.ClusterSetup;
using Truce.Model.Corosync;

namespace Truce.Cli.Tests.ClusterSetup;

/// <summary>Whether the installed Corosync takes what is written; it changes nothing on this
/// machine.</summary>
public sealed class RealCorosyncTests
{
    private readonly LinuxHost _host = new();

    [Theory]
    [InlineData(DeviceTransport.Plain, null)]
    [InlineData(DeviceTransport.Tls, "arbiter")]
    public async Task Corosync_takes_a_file_of_ours(DeviceTransport transport, string? device)
    {
        CorosyncDesign design = Design(_host.HostName) with
        {
            Device = device is null ? null : new CorosyncDevice(device, transport),
        };
        Assert.Null((await LookAsync(design.Render())).Refusal);
    }

    [Fact]
    public async Task Corosync_says_why_it_refuses_one()
    {
        string text = Design(_host.HostName).Render().Replace("sha256", "md99", StringComparison.Ordinal);
        Assert.Contains("Invalid hash type", (await LookAsync(text)).Refusal, StringComparison.Ordinal);
        text = Design(_host.HostName).Render().Replace("sha256", "none", StringComparison.Ordinal);
        Assert.Equal("crypto_cipher requires crypto_hash with value other than none",
            (await LookAsync(text)).Refusal);
    }

    private static CorosyncDesign Design(string name) => new(
        "office", [new(name, 1, ["127.0.0.1"]), new("another", 2, ["127.0.0.2"])]);

    private async Task<Machine> LookAsync(string text)
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/corosync"), "corosync isn't installed");
        return await new MachineLook(_host).LookAsync(
            Candidate.Of(text, "corosync.conf", ClusterFiles.NewKey()),
                TestContext.Current.CancellationToken);
    }
}
