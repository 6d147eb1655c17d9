using System.Text;

namespace Truce.Cli.Ending;

/// <summary>
/// Standard output or standard error. What can't be written doesn't end a command in the
/// middle of a change: it is remembered, the rest is dropped, and the command's end says so.
/// To a terminal only harmless text goes.
/// </summary>
public sealed class StandardWriter : TextWriter
{
    private readonly Lock _turn = new();
    private readonly Func<ReadOnlyMemory<byte>, WriteFailure?> _write;
    private readonly bool _isTerminal;
    private readonly CancellationTokenSource _ended = new();

    /// <param name="write">Writes all of it, or says why it can't.</param>
    /// <param name="isTerminal">Whether a terminal reads it.</param>
    public StandardWriter(Func<ReadOnlyMemory<byte>, WriteFailure?> write, bool isTerminal) =>
        (_write, _isTerminal) = (write, isTerminal);

    /// <summary>What went wrong first; null: nothing.</summary>
    public WriteFailure? Failure { get; private set; }

    /// <summary>Cancelled when nothing can be written any more: who prints forever ends then.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <inheritdoc/>
    public override Encoding Encoding { get; } = new UTF8Encoding(false);

    /// <inheritdoc/>
    public override void Write(char value) => Send([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Send(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Send(buffer);

    /// <inheritdoc/>
    public override void Write(string? value) => Send(value);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Send(value + "\n");

    /// <inheritdoc/>
    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ended.Dispose();
        base.Dispose(disposing);
    }

    private void Send(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        string harmless = _isTerminal ? TerminalText.Harmless(text) : text.ToString();
        lock (_turn)
        {
            if (Failure is not null)
                return;
            Failure = _write(Encoding.GetBytes(harmless));
        }

        if (Failure is not null)
            _ended.Cancel();
    }
}

/// <summary>Why something can't be written.</summary>
/// <param name="Reason">As the system puts it.</param>
/// <param name="ReaderGone">The reader closed it, which is not an error.</param>
public sealed record WriteFailure(string Reason, bool ReaderGone);
