using Truce.Model.Xml;

namespace Truce.Contracts;

/// <summary>
/// How large things are, from the file to the store. One number decides: what the reader of configurations
/// takes. All others follow from it, so that no hop refuses what an earlier one took.
/// </summary>
public static class SizeBudget
{
    /// <summary>A byte of text becomes at most six in JSON (<c>\u001f</c>).</summary>
    public const int JsonFactor = 6;

    /// <summary>Room for what stands around a configuration in a message.</summary>
    public const int EnvelopeBytes = 1024 * 1024;

    /// <summary>A configuration as a file, as the body of a request, and as it is written back.</summary>
    public const int CibBytesMax = (int)CibLimits.BytesMax;

    /// <summary>A message that holds a configuration, however it is escaped: from a client to the API, on
    /// links between roles, and back.</summary>
    public const int MessageBytesMax = (CibBytesMax * JsonFactor) + EnvelopeBytes;

    /// <summary>A configuration as it is written back: some characters become longer there
    /// (<c>&amp;quot;</c>). Escaped once more, it fits the largest message of the engines.</summary>
    public const int WrittenCibBytesMax = (EngineMessageBytesMax - EnvelopeBytes) / JsonFactor;

    /// <summary>The largest message that every engine carries.</summary>
    public const int EngineMessageBytesMax = 64 * 1024 * 1024;
}
