using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Daemon.Storage;

/// <summary>
/// The store's file: made, opened, and read with proof that it is what was written. SQLite checks its
/// structure, not the bytes of a value: each record carries a digest of its own
/// (docs/decisions/0052-faults-of-the-store.md).
/// </summary>
internal static class StoreFile
{
    /// <summary>2: records carry a digest.</summary>
    public const int SchemaVersion = 2;

    private const string Table = "CREATE TABLE record (tab INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, "
        + "digest BLOB, PRIMARY KEY (tab, key)) WITHOUT ROWID";

    /// <summary>Makes the file if there is none. Under its name there never is half a file.</summary>
    /// <returns>Whether it was made.</returns>
    public static bool Make(string path)
    {
        if (File.Exists(path))
            return false;
        if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
            throw new StoreException(StoreFault.Damaged, $"{path}: doesn't exist, although its log ({path}-wal) does");
        string fresh = path + ".new";
        foreach (string rest in new[] { path + "-wal", path + "-shm", fresh, fresh + "-journal" })
            File.Delete(rest);
        CreatePrivate(fresh);
        using (SqliteConnection connection = Connect(fresh))
        {
            Execute(connection, $"PRAGMA synchronous=FULL; {Table}; PRAGMA user_version={SchemaVersion}");
        }

        File.Move(fresh, path);
        return true;
    }

    /// <summary>Opens a file for writing, and brings an earlier version's to this one's.</summary>
    public static SqliteConnection Open(string path, StoreDurability durability)
    {
        SqliteConnection connection = Connect(path);
        try
        {
            long version = Scalar(connection, "PRAGMA user_version");
            if (version > SchemaVersion)
            {
                throw new StoreException(
                    StoreFault.Newer,
                    $"{path}: written by a later version of Truce (schema {version}, this one knows {SchemaVersion})");
            }

            if (version == 0)
                throw new StoreException(StoreFault.Damaged, $"{path}: it is empty");
            string synchronous = durability switch
            {
                StoreDurability.Disk => "FULL",
                StoreDurability.Process => "OFF",
            };
            Execute(connection, $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA busy_timeout=5000; "
                + "PRAGMA cache_size=-512; PRAGMA journal_size_limit=4194304");
            if (version == 1)
                AddDigests(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>All records, after the structure and every digest have been checked.</summary>
    /// <exception cref="StoreException">What is there isn't what was written.</exception>
    public static ImmutableArray<StoreRecord> ReadAll(SqliteConnection connection, string path)
    {
        if (Text(connection, "PRAGMA integrity_check(1)") is var verdict and not "ok")
            throw new StoreException(StoreFault.Damaged, $"{path}: {verdict.ReplaceLineEndings(" ")}");
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT tab, key, value, digest FROM record ORDER BY tab, key";
        using SqliteDataReader reader = command.ExecuteReader();
        ImmutableArray<StoreRecord>.Builder records = ImmutableArray.CreateBuilder<StoreRecord>();
        while (reader.Read())
        {
            StoreRecord record = new((StoreTable)reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2));
            if (!reader.GetFieldValue<byte[]>(3).AsSpan().SequenceEqual(Digest((int)record.Table, record.Key, record.Value.Span)))
                throw new StoreException(StoreFault.Damaged, $"{path}: record {record.Table}/{record.Key} isn't what was written");
            records.Add(record);
        }

        return records.ToImmutable();
    }

    /// <summary>Of a record, its place included.</summary>
    public static byte[] Digest(int table, string key, ReadOnlySpan<byte> value)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] name = Encoding.UTF8.GetBytes(key);
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(head, table);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], name.Length);
        hash.AppendData(head);
        hash.AppendData(name);
        hash.AppendData(value);
        return hash.GetHashAndReset()[..12];
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Connect(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    private static void CreatePrivate(string path) => new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    }).Dispose();

    private static void AddDigests(SqliteConnection connection)
    {
        List<(int Table, string Key, byte[] Value)> records = [];
        using SqliteTransaction transaction = connection.BeginTransaction();
        using (SqliteCommand read = connection.CreateCommand())
        {
            (read.Transaction, read.CommandText) = (transaction, "SELECT tab, key, value FROM record");
            using SqliteDataReader reader = read.ExecuteReader();
            while (reader.Read())
                records.Add((reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        }

        using SqliteCommand change = connection.CreateCommand();
        change.Transaction = transaction;
        change.CommandText = "ALTER TABLE record ADD COLUMN digest BLOB";
        change.ExecuteNonQuery();
        foreach ((int table, string key, byte[] value) in records)
        {
            change.CommandText = "UPDATE record SET digest=$digest WHERE tab=$tab AND key=$key";
            change.Parameters.Clear();
            change.Parameters.AddWithValue("$digest", Digest(table, key, value));
            change.Parameters.AddWithValue("$tab", table);
            change.Parameters.AddWithValue("$key", key);
            change.ExecuteNonQuery();
        }

        change.Parameters.Clear();
        change.CommandText = "PRAGMA user_version=2";
        change.ExecuteNonQuery();
        transaction.Commit();
    }

    private static long Scalar(SqliteConnection connection, string sql) =>
        Convert.ToInt64(Value(connection, sql), CultureInfo.InvariantCulture);

    private static string Text(SqliteConnection connection, string sql) =>
        Convert.ToString(Value(connection, sql), CultureInfo.InvariantCulture) ?? "";

    private static object? Value(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
