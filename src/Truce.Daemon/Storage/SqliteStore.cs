using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Truce.Model;
using Truce.Ports;

namespace Truce.Daemon.Storage;

/// <summary>How long records have to last.</summary>
internal enum StoreDurability
{
    /// <summary>Over a power cut: synced before they are acknowledged.</summary>
    Disk,

    /// <summary>Over the death of the process, for what a reboot makes worthless; no sync.</summary>
    Process,
}

/// <summary>
/// <see cref="IStore"/> in one SQLite file. A thread of its own carries out the requests in order; all that wait share
/// one transaction, and so one sync. After an error nothing of that transaction is kept and every request in it fails.
/// Tables that grow with time are trimmed: the oldest keys go (<see cref="s_limits"/>). Fence records are not among
/// them: only the controller knows which of those are concluded.
/// </summary>
internal sealed class SqliteStore : IStore, IDisposable
{
    private const int SchemaVersion = 1;
    private const int WaitingMax = 10_000;
    private const int GroupMax = 256;
    private const int TrimEvery = 64;

    private static readonly (StoreTable Table, int Keep)[] s_limits =
    [
        (StoreTable.Configuration, 100), (StoreTable.Events, 10_000),
        (StoreTable.Decisions, 500),
    ];

    private readonly object _lock = new();
    private readonly Queue<(long Id, ImmutableArray<StoreWrite> Writes)> _requests = new();
    private readonly string _path;
    private readonly StoreDurability _durability;
    private readonly Action<StoreEvent> _tell;
    private readonly Thread _thread;
    private int _sinceTrim;
    private bool _stopped;

    /// <summary>Opens in the background; <see cref="StoreEvent.Loaded"/> or <see cref="StoreEvent.Failed"/> (of
    /// request 0) follows.</summary>
    public SqliteStore(string path, StoreDurability durability, Action<StoreEvent> tell)
    {
        (_path, _durability, _tell) = (path, durability, tell);
        _thread = new Thread(Run) { IsBackground = true, Name = "store" };
        _thread.Start();
    }

    public void Write(long requestId, ImmutableArray<StoreWrite> writes)
    {
        lock (_lock)
        {
            // The role fails such a write as it does one on a full disk; blocking here would hang its loop.
            if (_requests.Count >= WaitingMax)
                throw new InvariantException($"{WaitingMax} writes wait for the disk");
            _requests.Enqueue((requestId, writes));
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Carries out what waits, then closes.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.Pulse(_lock);
        }

        _thread.Join(TimeSpan.FromSeconds(5));
    }

    private void Run()
    {
        try
        {
            using SqliteConnection connection = Open(out bool fresh);
            _tell(new StoreEvent.Loaded(fresh, ReadAll(connection)));
            using SqliteCommand put = Prepare(connection, "INSERT INTO record (tab, key, value) VALUES ($tab, $key, $value) "
                + "ON CONFLICT (tab, key) DO UPDATE SET value=excluded.value", "$tab", "$key", "$value");
            using SqliteCommand remove = Prepare(connection, "DELETE FROM record WHERE tab=$tab AND key=$key", "$tab", "$key");
            while (Next() is { } group)
                Carry(connection, put, remove, group);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            _tell(new StoreEvent.Failed(0, $"{_path}: {e.Message}"));
            while (Next() is { } group)
                group.ForEach(r => _tell(new StoreEvent.Failed(r.Id, $"{_path}: {e.Message}")));
        }
    }

    private List<(long Id, ImmutableArray<StoreWrite> Writes)>? Next()
    {
        lock (_lock)
        {
            while (_requests.Count == 0 && !_stopped)
                Monitor.Wait(_lock);
            if (_requests.Count == 0)
                return null;
            List<(long, ImmutableArray<StoreWrite>)> group = [];
            while (group.Count < GroupMax && _requests.TryDequeue(out var request))
                group.Add(request);
            return group;
        }
    }

    private SqliteConnection Open(out bool fresh)
    {
        if (!File.Exists(_path))
            CreatePrivate();
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        connection.Open();
        string synchronous = _durability switch
        {
            StoreDurability.Disk => "FULL",
            StoreDurability.Process => "OFF",
        };
        Execute(connection, $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA busy_timeout=5000; "
            + "PRAGMA cache_size=-512; PRAGMA journal_size_limit=4194304");
        long version = Scalar(connection, "PRAGMA user_version");
        fresh = version == 0;
        if (version > SchemaVersion)
            throw new IOException($"written by a later version of Truce (schema {version}, this one knows {SchemaVersion})");
        if (fresh)
        {
            Execute(connection, "CREATE TABLE record (tab INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, "
                + $"PRIMARY KEY (tab, key)) WITHOUT ROWID; PRAGMA user_version={SchemaVersion}");
        }

        return connection;
    }

    private void CreatePrivate() => new FileStream(_path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    }).Dispose();

    private static ImmutableArray<StoreRecord> ReadAll(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT tab, key, value FROM record ORDER BY tab, key";
        using SqliteDataReader reader = command.ExecuteReader();
        ImmutableArray<StoreRecord>.Builder records = ImmutableArray.CreateBuilder<StoreRecord>();
        while (reader.Read())
        {
            records.Add(new StoreRecord(
                (StoreTable)reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        }

        return records.ToImmutable();
    }

    private void Carry(
        SqliteConnection connection, SqliteCommand put, SqliteCommand remove,
        List<(long Id, ImmutableArray<StoreWrite> Writes)> group)
    {
        try
        {
            using (SqliteTransaction transaction = connection.BeginTransaction())
            {
                put.Transaction = remove.Transaction = transaction;
                foreach (StoreWrite write in group.SelectMany(r => r.Writes))
                    Write(write.Value is null ? remove : put, write);
                TrimNowAndThen(connection, transaction, group.Count);
                transaction.Commit();
            }

            group.ForEach(r => _tell(new StoreEvent.Synced(r.Id)));
        }
        catch (SqliteException e)
        {
            group.ForEach(r => _tell(new StoreEvent.Failed(r.Id, $"{_path}: {e.Message}")));
        }
    }

    private static void Write(SqliteCommand command, StoreWrite write)
    {
        command.Parameters["$tab"].Value = (int)write.Table;
        command.Parameters["$key"].Value = write.Key;
        if (write.Value is { } value)
            command.Parameters["$value"].Value = value.ToArray();
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string parameter in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private void TrimNowAndThen(SqliteConnection connection, SqliteTransaction transaction, int requests)
    {
        _sinceTrim += requests;
        if (_sinceTrim < TrimEvery)
            return;
        _sinceTrim = 0;
        foreach ((StoreTable table, int keep) in s_limits)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "DELETE FROM record WHERE tab=$tab AND key <= "
                + "(SELECT key FROM record WHERE tab=$tab ORDER BY key DESC LIMIT 1 OFFSET $keep)";
            command.Parameters.AddWithValue("$tab", (int)table);
            command.Parameters.AddWithValue("$keep", keep);
            command.ExecuteNonQuery();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
