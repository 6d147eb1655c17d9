using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Daemon.Tests.GroupClients;

/// <summary>How a client is started.</summary>
internal sealed record ClientTerms(
    string Socket, TimeSpan StopTime, AfterLoss After = AfterLoss.BeginAnew, string Vote = "approve");

/// <summary>
/// An application of Group Services that a test drives: it is told what to do in lines, and says in lines
/// what happened: <c>session CLIENT</c>, <c>missed GROUP BEFORE NOW</c>, <c>done EPOCH</c>, <c>refused
/// CODE</c>,
/// <c>notice TYPE GROUP EPOCH</c>, <c>lost DEADLINE</c>, <c>ended</c>.
/// </summary>
internal abstract class ClientUnderTest : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly List<string> _passed = [];

    protected Channel<string> Said { get; } = Channel.CreateBounded<string>(1_000);

    /// <summary>One of <c>claim NAME [nowait] [fenced]</c>, <c>join|watch|goodbye GROUP</c>,
    /// <c>set GROUP VALUE VERSION</c>, <c>alive GROUP NUMBER</c>, <c>again</c> (wait for the loss, and begin
    /// again), <c>end</c>.</summary>
    public abstract void Do(string command);

    public abstract void Dispose();

    /// <summary>The next line that begins like this; others are kept for whoever asks for them.</summary>
    public async Task<string> NextAsync(string begin, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_limit);
        int at = _passed.FindIndex(l => IsSo(l, begin));
        while (at < 0)
        {
            _passed.Add(await Said.Reader.ReadAsync(limit.Token));
            at = IsSo(_passed[^1], begin) ? _passed.Count - 1 : -1;
        }

        string found = _passed[at];
        _passed.RemoveAt(at);
        return found;
    }

    private static bool IsSo(string line, string begin) =>
        line == begin || line.StartsWith(begin + " ", StringComparison.Ordinal);
}

/// <summary>The client for .NET.</summary>
internal sealed class NetClient : ClientUnderTest
{
    private readonly Channel<string> _commands = Channel.CreateBounded<string>(1_000);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _run;

    public NetClient(ClientTerms terms) => _run = Task.Run(() => RunAsync(terms));

    public override void Do(string command) => Assert.True(_commands.Writer.TryWrite(command));

    public override void Dispose()
    {
        _end.Cancel();
        _run.ContinueWith(_ => _end.Dispose(), TaskScheduler.Default);
    }

    private async Task RunAsync(ClientTerms terms)
    {
        GroupSessionOptions options = new()
        {
            StopTime = terms.StopTime,
            Vote = (_, _) => terms.Vote switch
            {
                "approve" => Task.FromResult(new GroupVote(WireChoice.Approve)),
                "continue" => Task.FromResult(new GroupVote(WireChoice.Continue)),
                _ => throw new InvalidOperationException("planted"),
            },
        };
        try
        {
            await GroupApplication.RunAsync(terms.Socket, options, terms.After, ActAsync, _end.Token);
            Say("ended");
        }
        catch (GroupsRefusedException refused)
        {
            Say($"refused {refused.Code}");
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ActAsync(GroupSession session, CancellationToken cancel)
    {
        Say($"session {session.Client}");
        foreach (MissedChanges missed in session.Missed)
            Say($"missed {missed.Group} {missed.Before.Epoch} {missed.Now.Epoch}");
        Task telling = TellAsync(session);
        // The loss alone doesn't stop an application: it is the one who stops.
        await foreach (string command in _commands.Reader.ReadAllAsync(_end.Token))
        {
            string[] words = command.Split(' ');
            if (words[0] == "end")
                return;
            if (words[0] == "again")
            {
                await telling;
                throw new OperationCanceledException();
            }

            await DoAsync(session, words, cancel);
        }
    }

    private async Task DoAsync(GroupSession session, string[] words, CancellationToken cancel)
    {
        if (words[0] == "alive")
        {
            await session.TellCounterAsync(
                words[1], long.Parse(words[2], CultureInfo.InvariantCulture), cancel);
            return;
        }

        try
        {
            long epoch = await session.RequireAsync(id => words[0] switch
            {
                "claim" => new GroupsRequest.Claim(
                    id, words[1], words.Contains("nowait") ? WirePatience.Refuse : WirePatience.Wait,
                    words.Contains("fenced") ? WireFence.Required : WireFence.None),
                "join" => new GroupsRequest.Join(id, words[1], session.Node),
                "watch" => new GroupsRequest.Watch(id, words[1]),
                "goodbye" => new GroupsRequest.Goodbye(id, words[1]),
                "set" => new GroupsRequest.SetValue(
                    id, words[1], words[2], long.Parse(words[3], CultureInfo.InvariantCulture)),
                _ => throw new InvalidOperationException(words[0]),
            }, cancel);
            Say($"done {epoch}");
        }
        catch (GroupsRefusedException refused)
        {
            Say($"refused {refused.Code}");
        }
    }

    private async Task TellAsync(GroupSession session)
    {
        await foreach (GroupsReply notice in session.Notices.ReadAllAsync(CancellationToken.None))
        {
            Say(notice switch
            {
                GroupsReply.Watched n => $"notice group {n.Name} {n.Epoch}",
                GroupsReply.Changed n => $"notice changed {n.Group} {n.Epoch}",
                GroupsReply.Unproven n => $"notice unproven {n.Group} {n.Epoch}",
                GroupsReply.Dissolved n => $"notice dissolved {n.Group} {n.Epoch}",
                _ => $"notice {notice.GetType().Name}",
            });
        }

        Say($"lost {session.Loss!.DeadlineMs}");
    }

    private void Say(string line) => Said.Writer.TryWrite(line);
}

/// <summary>The client for Python.</summary>
internal sealed class PythonClient : ClientUnderTest
{
    public const string Python = "/usr/bin/python3";
    private readonly Process _process;

    public PythonClient(ClientTerms terms)
    {
        string root = Repository.Root;
        _process = Process.Start(new ProcessStartInfo(Python,
        [
            Path.Combine(root, "tests", "Truce.Daemon.Tests", "GroupClients", "conformance.py"),
            Path.Combine(root, "clients", "python"), terms.Socket,
            terms.StopTime.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            terms.After == AfterLoss.Rejoin ? "rejoin" : "anew", terms.Vote,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } said)
                Said.Writer.TryWrite(said);
        };
        _process.BeginOutputReadLine();
    }

    public override void Do(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    public override void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
