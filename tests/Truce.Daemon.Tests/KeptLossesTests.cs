using Truce.Daemon.Configuration;
using Truce.Daemon.Storage;
using Truce.Model;

namespace Truce.Daemon.Tests;

/// <summary>What the cluster chose for the loss of components holds before a node has joined.</summary>
public sealed class KeptLossesTests : IDisposable
{
    private static readonly ComponentLosses s_chosen =
        new() { Controller = RoleFailure.Panic, Groups = GroupsFailure.StayOut };

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task What_was_kept_is_there_at_the_next_start()
    {
        Assert.Equal(ComponentLosses.None, Kept().Load());
        Kept().Keep(s_chosen);
        await HasAsync(s_chosen);
        Kept().Keep(ComponentLosses.None);
        await HasAsync(ComponentLosses.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"Controller":"explode"}""")]
    public void What_cannot_be_read_chooses_nothing(string text)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "component-losses"), text);
        Assert.Equal(ComponentLosses.None, Kept().Load());
    }

    [Fact]
    public void Without_a_disk_nothing_is_kept_and_nobody_is_stopped()
    {
        KeptLosses nowhere = new(new DaemonConfiguration
        {
            Node = new NodeId("n1"), BootId = "b", StateDirectory = Path.Combine(_folder.Path, "no", "such"),
        });
        nowhere.Keep(s_chosen);
        Assert.Equal(ComponentLosses.None, nowhere.Load());
    }

    public void Dispose() => _folder.Dispose();

    private KeptLosses Kept() => new(new DaemonConfiguration
    {
        Node = new NodeId("n1"), BootId = "b", StateDirectory = _folder.Path,
    });

    // It is written beside the supervisor's work.
    private async Task HasAsync(ComponentLosses losses)
    {
        for (int i = 0; i < 3_000 && Kept().Load() != losses; i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(losses, Kept().Load());
    }
}
