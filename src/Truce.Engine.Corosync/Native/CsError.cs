namespace Truce.Engine.Corosync.Native;

/// <summary>What Corosync's libraries return (corotypes.h).</summary>
internal enum CsError
{
    Ok = 1,
    Library = 2,
    Version = 3,
    Init = 4,
    Timeout = 5,
    TryAgain = 6,
    InvalidParameter = 7,
    NoMemory = 8,
    BadHandle = 9,
    Busy = 10,
    Access = 11,
    NotExist = 12,
    NameTooLong = 13,
    Exist = 14,
    NoSpace = 15,
    Interrupt = 16,
    NameNotFound = 17,
    NoResources = 18,
    NotSupported = 19,
    BadOperation = 20,
    FailedOperation = 21,
    MessageError = 22,
    QueueFull = 23,
    QueueNotAvailable = 24,
    BadFlags = 25,
    TooBig = 26,
    NoSections = 27,
    ContextNotFound = 28,
    TooManyGroups = 30,
    Security = 100,
}

/// <summary>A call of Corosync's that went wrong in a way that ends the connection.</summary>
internal sealed class CorosyncException(string call, CsError error) : Exception($"{call}: {Words(error)}")
{
    public CsError Error { get; } = error;

    public static void ThrowUnlessOk(CsError error, string call)
    {
        if (error != CsError.Ok)
            throw new CorosyncException(call, error);
    }

    private static string Words(CsError error) => error == CsError.Library
        ? "corosync doesn't answer (2)"
        : $"{error} ({(int)error})";
}
