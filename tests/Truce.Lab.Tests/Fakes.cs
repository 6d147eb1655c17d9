using System.Net.Sockets;
using Truce.Lab.Hosts;
using Truce.Lab.Keeper;

namespace Truce.Lab.Tests;

/// <summary>Hosts that exist only in a test.</summary>
internal sealed class FakeHosts : IHostFactory
{
    public FakeHost? Current { get; private set; }

    public Task Boots { get; set; } = Task.CompletedTask;

    public int BootsBegun { get; private set; }

    public async Task<IHost> BootAsync(LabNode node, Boot boot, CancellationToken cancel)
    {
        BootsBegun++;
        await Boots.WaitAsync(cancel);
        return Current = new FakeHost();
    }
}

/// <summary>One life of such a host.</summary>
internal sealed class FakeHost : IHost
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool EndsWhenCut { get; set; } = true;

    public Task IsCut => _cut.Task;

    public int FirstProcess => 1;

    public Task Ended => _ended.Task;

    public Task Released => _ended.Task;

    public void End() => _ended.TrySetResult();

    public Task CutPowerAsync(CancellationToken cancel)
    {
        _cut.TrySetResult();
        if (EndsWhenCut)
            End();
        return Ended.WaitAsync(cancel);
    }

    public Task PauseAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task ThawAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task FilterAsync(IReadOnlyCollection<Filter> filters, CancellationToken cancel) =>
        Task.CompletedTask;
}

/// <summary>Talks to a port over a pair of sockets, says some lines, and hangs up.</summary>
internal sealed class LineTalk(PowerPort port)
{
    /// <summary>Says lines and gives the last answer.</summary>
    public async Task<string> SayAsync(params string[] lines)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string path = Path.Combine(Path.GetTempPath(), $"truce-lab-{Guid.NewGuid():N}");
        using LineServer server = new(path, port.ServeAsync);
        server.Bind();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task serving = server.RunAsync(end.Token);
        string answer = await TalkAsync(path, lines, cancel);
        await end.CancelAsync();
        await serving.ContinueWith(_ => File.Delete(path), TaskScheduler.Default);
        return answer;
    }

    private static async Task<string> TalkAsync(string path, string[] lines, CancellationToken cancel)
    {
        using LineConnection connection = await LineConnection.ConnectAsync(path, cancel);
        string? answer = null;
        foreach (string line in lines)
        {
            await connection.WriteAsync(line, cancel);
            answer = await connection.ReadAsync(cancel);
        }

        return answer ?? throw new SocketException();
    }
}
