using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Corosync;

/// <summary>A member process's engine, as the test holds it.</summary>
internal sealed class RemoteEngine : IEngine, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly MemberWire _wire;
    private readonly BlockingCollection<SendResult> _results = [];
    private readonly BlockingCollection<EngineEvent> _events = [];
    private readonly Lock _turn = new();

    public RemoteEngine(ProcessStartInfo start, Action<EngineEvent> tell)
    {
        _process = Process.Start(start)!;
        _wire = new MemberWire(_process.StandardOutput.BaseStream, _process.StandardInput.BaseStream);
        (MemberWord word, byte[] body) = _wire.Read()
            ?? throw new InvalidOperationException("the member ended: " + _process.StandardError.ReadToEnd());
        if (word == MemberWord.Refused)
            throw new EngineUnavailableException(Encoding.UTF8.GetString(body.AsSpan(1)), body[0] == '1');
        Token = TimeSpan.FromMilliseconds(BitConverter.ToInt32(body));
        Self = new FrameReader(body.AsSpan(4)).Member();
        // Two threads: one that reads nothing (a stalled role) must not keep results of sending back.
        new Thread(Read) { IsBackground = true }.Start();
        new Thread(() => Tell(tell)) { IsBackground = true }.Start();
    }

    /// <summary>The process that entered the host, of which the member is the child.</summary>
    public int Entry => _process.Id;

    public EngineMember Self { get; }

    public TimeSpan Token { get; }

    public SendResult TrySend(ReadOnlyMemory<byte> payload)
    {
        lock (_turn)
        {
            try
            {
                _wire.Write(MemberWord.Send, payload.Span);
                return _results.TryTake(out SendResult result, s_patience) ? result : SendResult.Gone;
            }
            catch (IOException)
            {
                return SendResult.Gone; // The process is dead.
            }
        }
    }

    public void Leave() => _wire.Write(MemberWord.Leave, []);

    public void Kill()
    {
        try
        {
            _wire.Write(MemberWord.Die, []);
        }
        catch (IOException)
        {
            // It was faster.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Read()
    {
        try
        {
            while (_wire.Read() is var (word, body))
            {
                if (word == MemberWord.Result)
                    _results.Add((SendResult)body[0]);
                else if (MemberWire.Event(word, body) is { } told)
                    _events.Add(told);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is dead.
        }

        _results.CompleteAdding();
        _events.CompleteAdding();
    }

    private void Tell(Action<EngineEvent> tell)
    {
        foreach (EngineEvent told in _events.GetConsumingEnumerable())
            tell(told);
    }
}
