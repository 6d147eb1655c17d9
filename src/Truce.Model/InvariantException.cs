namespace Truce.Model;

/// <summary>
/// Something that can't be, is. The process that throws it stops: a crash is
/// recoverable, a wrong fence is not.
/// </summary>
public sealed class InvariantException : Exception
{
    /// <summary>States which invariant broke, with the values involved.</summary>
    public InvariantException(string message) : base(message) { }

    /// <inheritdoc cref="InvariantException(string)"/>
    public InvariantException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    public static void Require(bool holds, string message)
    {
        if (!holds)
            throw new InvariantException(message);
    }
}
