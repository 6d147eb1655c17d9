using Truce.Contracts;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>What a peer's message says.</summary>
/// <param name="Message">The message; null: it can't be read.</param>
/// <param name="Digest">Of an entry's bytes; empty for everything else.</param>
/// <param name="Error">Why it can't be read.</param>
public sealed record PeerReading(PeerMessage? Message, string Digest, string Error)
{
    /// <summary>Reads a message as it came.</summary>
    public static PeerReading Of(ReadOnlyMemory<byte> payload)
    {
        PeerMessage? message = PeerProtocol.Decode(payload.Span, out string error);
        return new PeerReading(message, message is PeerMessage.Entry ? PeerProtocol.Digest(payload.Span) : "", error);
    }
}
