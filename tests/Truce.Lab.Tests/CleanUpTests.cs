using Truce.Lab.Hosts;

namespace Truce.Lab.Tests;

/// <summary>A lab leaves nothing behind, whatever was killed when.</summary>
public sealed class CleanUpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Down_leaves_no_process_device_cgroup_or_file()
    {
        RunningLab.NeedRoot();
        TruceLab lab = RunningLab.NewLab();
        await lab.UpAsync(RunningLab.Options with { Disks = [new LabDisk("d", 8)] }, Cancel);
        await RunningLab.ShellAsync(lab, "n1", "mount /dev/lab/d /mnt");
        Assert.NotEmpty(LoopDisks.AttachedBelow(lab.Paths.Root));
        Assert.True(await lab.DownAsync(Cancel));
        AssertNothingIsLeft(lab);
    }

    [Fact]
    public async Task Down_cleans_up_after_the_keeper_was_killed()
    {
        RunningLab.NeedRoot();
        TruceLab lab = RunningLab.NewLab();
        await lab.UpAsync(RunningLab.Options with { Disks = [new LabDisk("d", 8)] }, Cancel);
        await RunningLab.ShellAsync(lab, "n1", "mount /dev/lab/d /mnt");
        int keeper = ProcessTable.DescendantsOf(LabRoot.Find(lab.Paths)!.Value)
            .First(e => ProcessTable.CommandLine(e.Id) is [var program, "lab-keeper", ..]
                && program.EndsWith("truce", StringComparison.Ordinal)).Id;
        _ = Native.Kill(keeper, Native.SignalKill);
        await lab.DownAsync(Cancel);
        AssertNothingIsLeft(lab);
    }

    [Fact]
    public async Task A_lab_of_which_only_the_folder_is_left_is_removed_and_made_anew()
    {
        RunningLab.NeedRoot();
        TruceLab lab = RunningLab.NewLab();
        await lab.UpAsync(RunningLab.Options, Cancel);
        _ = Native.Kill(LabRoot.Find(lab.Paths)!.Value, Native.SignalKill);
        while (RunningLab.ProcessesOf(lab).Length > 0)
            await Task.Delay(10, Cancel);
        await lab.UpAsync(RunningLab.Options, Cancel);
        Assert.All((await lab.StatusAsync(Cancel)).Nodes, n => Assert.Equal(1, n.Incarnation));
        await lab.DownAsync(Cancel);
        AssertNothingIsLeft(lab);
    }

    [Fact]
    public async Task Down_ends_what_was_left_running_beside_the_nodes()
    {
        RunningLab.NeedRoot();
        TruceLab lab = RunningLab.NewLab();
        await lab.UpAsync(RunningLab.Options with { Nodes = 1 }, Cancel);
        string left = (await RunningLab.ShellAsync(lab, LabDefinition.Client, "setsid sleep 600 >/dev/null 2>&1 & echo $!")).Trim();
        Assert.True(Directory.Exists($"/proc/{left}"));
        await lab.DownAsync(Cancel);
        Assert.DoesNotContain(ProcessTable.All(), e => e.State != 'Z' && $"{e.Id}" == left);
    }

    [Fact]
    public async Task A_command_on_a_node_ends_with_whoever_waits_for_it()
    {
        RunningLab.NeedRoot();
        TruceLab lab = RunningLab.NewLab();
        await lab.UpAsync(RunningLab.Options with { Nodes = 1 }, Cancel);
        using CancellationTokenSource impatient = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => lab.ExecAsync(LabDefinition.Client, ["sleep", "601"], impatient.Token));
        Assert.DoesNotContain(ProcessTable.All(), e => e.State != 'Z' && ProcessTable.CommandLine(e.Id) is ["sleep", "601", ..]);
        await lab.DownAsync(Cancel);
    }

    [Fact]
    public async Task Two_labs_run_side_by_side()
    {
        RunningLab.NeedRoot();
        TruceLab a = RunningLab.NewLab(), b = RunningLab.NewLab();
        await a.UpAsync(RunningLab.Options with { Nodes = 1 }, Cancel);
        await b.UpAsync(RunningLab.Options with { Nodes = 1 }, Cancel);
        await a.DownAsync(Cancel);
        Assert.Equal("n1", await RunningLab.ShellAsync(b, "n1", "hostname"));
        await b.DownAsync(Cancel);
        AssertNothingIsLeft(b);
    }

    [Fact]
    public async Task A_second_lab_in_the_same_folder_is_refused()
    {
        RunningLab.NeedRoot();
        TruceLab lab = RunningLab.NewLab();
        await lab.UpAsync(RunningLab.Options with { Nodes = 1 }, Cancel);
        LabException refused = await Assert.ThrowsAsync<LabException>(
            () => lab.UpAsync(RunningLab.Options, Cancel));
        Assert.Equal(LabFailure.Refused, refused.Kind);
        await lab.DownAsync(Cancel);
    }

    [Fact]
    public async Task A_folder_that_is_not_a_lab_is_neither_used_nor_removed()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("truce-lab-");
        string precious = Path.Combine(folder.FullName, "precious");
        await File.WriteAllTextAsync(precious, "mine", Cancel);
        TruceLab lab = new(LabPaths.FromEnvironment(folder.FullName));
        await Assert.ThrowsAsync<LabException>(() => lab.UpAsync(RunningLab.Options, Cancel));
        Assert.False(await lab.DownAsync(Cancel));
        Assert.True(File.Exists(precious));
        folder.Delete(recursive: true);
    }

    private static void AssertNothingIsLeft(TruceLab lab)
    {
        Assert.Empty(RunningLab.ProcessesOf(lab));
        Assert.Empty(LoopDisks.AttachedBelow(lab.Paths.Root));
        Assert.False(Directory.Exists(lab.Paths.Root));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"),
            m => m.Contains(lab.Paths.Root, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.GetDirectories("/sys/fs/cgroup", "truce-lab-*", SearchOption.AllDirectories),
            d => Path.GetFileName(d) == lab.Paths.Tag);
    }
}
