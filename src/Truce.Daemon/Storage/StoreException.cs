using Microsoft.Data.Sqlite;
using Truce.Model.Replication;

namespace Truce.Daemon.Storage;

/// <summary>A store that can't be used, and of what kind its fault is.</summary>
internal sealed class StoreException(StoreFault fault, string message) : Exception(message)
{
    private const int PrimaryCode = 0xff;

    public StoreFault Fault { get; } = fault;

    /// <summary>The fault behind an error of SQLite or of the file system; null:
    /// it is none of the store's.</summary>
    public static StoreException? Of(Exception error, string path) => error switch
    {
        StoreException e => e,
        SqliteException e => new StoreException(Kind(e.SqliteErrorCode & PrimaryCode), $"{path}: {e.Message}"),
        UnauthorizedAccessException => new StoreException(StoreFault.Unreachable, $"{path}: {error.Message}"),
        IOException => new StoreException(Kind((IOException)error), $"{path}: {error.Message}"),
        // A column that isn't of its type.
        InvalidCastException or FormatException => new StoreException(StoreFault.Damaged, $"{path}: {error.Message}"),
        _ => null,
    };

    // SQLite's primary result codes (sqlite.org/rescode.html).
    private static StoreFault Kind(int code) => code switch
    {
        13 => StoreFault.Full,
        8 => StoreFault.ReadOnly,
        3 or 5 or 6 or 10 or 14 or 23 => StoreFault.Unreachable,
        // CORRUPT, NOTADB, and whatever only a file that isn't ours can lead to (no such
        // table, a schema that doesn't parse).
        _ => StoreFault.Damaged,
    };

    private static StoreFault Kind(IOException error) => (error.HResult & 0xffff) switch
    {
        28 => StoreFault.Full,
        30 => StoreFault.ReadOnly,
        _ => StoreFault.Unreachable,
    };
}
