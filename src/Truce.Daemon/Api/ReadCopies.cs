using System.Diagnostics.CodeAnalysis;
using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>
/// The controller's answers to questions, kept until it says that something changed: however many ask, and
/// however often, it is asked once for each change. Readers share what is asked for them at intervals; an
/// administrator's question goes at once.
/// </summary>
internal sealed class ReadCopies(ControllerCalls calls, TimeProvider time)
{
    private const int CopiesMax = 32;
    private const int KeptBytesMax = 2 * 1024 * 1024;

    /// <summary>Not everything in a status is announced as a change (the engine's links):
    /// older copies aren't used.</summary>
    private static readonly TimeSpan s_ageMax = TimeSpan.FromSeconds(1);

    /// <summary>Between two questions that readers cause.</summary>
    private static readonly TimeSpan s_readersInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Dictionary<(ClientRequest, string), Copy> _copies = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _generation;

    /// <summary>Whether this request is a question that copies answer.</summary>
    public static bool Answers(ClientRequest request) => request is ClientRequest.GetStatus or ClientRequest.GetConfiguration
        or ClientRequest.GetConfigurationHistory or ClientRequest.GetFenceHistory or ClientRequest.GetEvents;

    /// <summary>Completes when something changes after now.</summary>
    public Task ChangedAsync()
    {
        lock (_lock)
            return _changed.Task;
    }

    /// <summary>The controller says that what it answered so far is old; or it is another one.</summary>
    public void Changed()
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            _generation++;
            (waiting, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        waiting.TrySetResult();
    }

    /// <summary>The answer as of now.</summary>
    public Task<ClientReply> AskAsync(ClientRequest request, ClientCaller caller, ApiRight right, CancellationToken cancellationToken)
    {
        // What a configuration shows of itself, and what may be changed of it,
        // depends on who asks; all else doesn't.
        bool depends = right != ApiRight.All
            && request is ClientRequest.GetConfiguration or ClientRequest.MayChange;
        (ClientRequest, string) key = (request, depends ? caller.Name : "");
        lock (_lock)
        {
            if (TryFind(key, right, out Copy? kept))
                return kept.Answer.WaitAsync(cancellationToken);
            TimeSpan pause = right == ApiRight.All || !_copies.TryGetValue(key, out Copy? last)
                ? TimeSpan.Zero
                : s_readersInterval - time.GetElapsedTime(last.Began);
            if (_copies.Count >= CopiesMax)
                _copies.Remove(_copies.MinBy(c => c.Value.Began).Key);
            Copy copy = new(time.GetTimestamp(), pause > TimeSpan.Zero) { Generation = _generation };
            _copies[key] = copy;
            copy.Answer = Task.Run(() => FetchAsync(key, copy, caller, pause), CancellationToken.None);
            return copy.Answer.WaitAsync(cancellationToken);
        }
    }

    // An answer that is on its way serves those who asked after the last change;
    // one that isn't asked for yet, all.
    private bool TryFind((ClientRequest, string) key, ApiRight right, [NotNullWhen(true)] out Copy? copy)
    {
        if (!_copies.TryGetValue(key, out copy))
            return false;
        return copy.IsPaused
            ? right != ApiRight.All
            : calls.SaysChanges && copy.Generation == _generation && time.GetElapsedTime(copy.Began) < s_ageMax;
    }

    private async Task<ClientReply> FetchAsync((ClientRequest Request, string) key, Copy copy, ClientCaller caller, TimeSpan pause)
    {
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, time).ConfigureAwait(false);
        lock (_lock)
            (copy.IsPaused, copy.Generation, copy.Began) = (false, _generation, time.GetTimestamp());
        ClientReply reply = await calls.CallAsync(key.Request, caller, CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            if (reply is ClientReply.Refused { Kind: not RefusalKind.Permission }
                or ClientReply.Configuration { Xml.Length: > KeptBytesMax }
                && _copies.GetValueOrDefault(key) == copy)
                _copies.Remove(key);
        }

        return reply;
    }

    private sealed class Copy(long began, bool paused)
    {
        public Task<ClientReply> Answer { get; set; } = null!;

        public long Generation { get; set; }

        public long Began { get; set; } = began;

        public bool IsPaused { get; set; } = paused;
    }
}
