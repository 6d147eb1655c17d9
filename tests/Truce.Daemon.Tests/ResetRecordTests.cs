using Truce.Daemon.Configuration;
using Truce.Daemon.Storage;
using Truce.Model;

namespace Truce.Daemon.Tests;

/// <summary>Why a node had reset itself is told by its next boot, once.</summary>
public sealed class ResetRecordTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public void The_next_boot_knows_why_and_the_one_after_it_does_not()
    {
        Of("boot1").Note("a stop that failed");
        Of("boot1").HandOver();
        Assert.Equal("", Of("boot1").Untold());
        Of("boot2").HandOver();
        Assert.Equal("a stop that failed", Of("boot2").Untold());
        Of("boot2").Told();
        Of("boot2").HandOver();
        Assert.Equal("", Of("boot2").Untold());
    }

    [Fact]
    public void Only_what_is_added_counts()
    {
        Of("boot1").Note("requested");
        Assert.Empty(Of("boot1").Read());
        Of("boot1").Add("the controller died too often");
        Assert.Equal("the controller died too often", Assert.Single(Of("boot1").Read()).Reason);
        Of("boot2").HandOver();
        Assert.Equal("the controller died too often", Of("boot2").Untold());
    }

    public void Dispose() => _folder.Dispose();

    private ResetRecord Of(string boot) => new(new DaemonConfiguration
    {
        Node = new NodeId("n1"),
        BootId = boot,
        StateDirectory = Directory.CreateDirectory(Path.Combine(_folder.Path, "state")).FullName,
        RunDirectory = Directory.CreateDirectory(Path.Combine(_folder.Path, "run")).FullName,
    });
}
