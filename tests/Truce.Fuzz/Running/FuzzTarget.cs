namespace Truce.Fuzz.Running;

/// <summary>Something that takes bytes from others.</summary>
/// <param name="Name">As in <c>make fuzz TARGET=…</c>.</param>
/// <param name="Seeds">Valid inputs, from which mutations begin.</param>
/// <param name="Words">What inputs are made of: spliced in.</param>
/// <param name="Take">Reads an input. Refusals of a documented kind are answers; every exception is a
/// finding.</param>
internal sealed record FuzzTarget(
    string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<string> Words, Action<byte[]> Take);

/// <summary>An input did something that none may.</summary>
internal sealed class FindingException(string what) : Exception(what);
