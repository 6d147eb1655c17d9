using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Daemon.Storage;

/// <summary>How long records have to last.</summary>
internal enum StoreDurability
{
    /// <summary>Over a power cut: synced before they are acknowledged. What fails is tried again until it
    /// works: the node decides meanwhile what becomes of it.</summary>
    Disk,

    /// <summary>Over the death of the process, for what a reboot makes worthless; no
    /// sync. What fails is given up.</summary>
    Process,
}

/// <summary>
/// <see cref="IStore"/> in one SQLite file. A thread of its own carries out the requests in order; all
/// that wait share one transaction, and so one sync. Nothing of a transaction that fails is kept. Once
/// nothing has come for a moment (<see cref="s_quiet"/>), the write-ahead log is emptied into the file:
/// SQLite takes a damaged log for one that ends earlier, and so would lose what was acknowledged without a
/// word. Not at once: what a recovery writes comes one after the other, and each would wait for the emptying.
/// Tables that grow with time are trimmed: the oldest keys go (<see cref="s_limits"/>). Fence records are not
/// among them: only the controller knows which of those are concluded.
/// </summary>
internal sealed class SqliteStore : IStore, IDisposable
{
    private const int WaitingMax = 10_000;
    private const int GroupMax = 256;
    private const int TrimEvery = 64;
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_scrub = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(300);

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
    private readonly TimeSpan _scrubEvery;
    private readonly Thread _thread;
    private string _failing = "";
    private int _sinceTrim;
    private bool _stopped;
    private bool _isLoaded;

    /// <summary>Opens in the background; <see cref="StoreEvent.Loaded"/>, <see cref="StoreEvent.Failing"/> or
    /// <see cref="StoreEvent.Failed"/> (of request 0) follows.</summary>
    public SqliteStore(string path, StoreDurability durability, Action<StoreEvent> tell, TimeSpan? scrubEvery = null)
    {
        (_path, _durability, _tell, _scrubEvery) = (path, durability, tell, scrubEvery ?? s_scrub);
        _thread = new Thread(Run) { IsBackground = true, Name = "store" };
        _thread.Start();
    }

    public void Write(long requestId, ImmutableArray<StoreWrite> writes)
    {
        lock (_lock)
        {
            // Blocking here would hang the role's loop.
            if (_requests.Count >= WaitingMax)
                throw new InvariantException($"{WaitingMax} writes are waiting for the disk");
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
            Monitor.PulseAll(_lock);
        }

        _thread.Join(TimeSpan.FromSeconds(5));
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                Serve();
                return;
            }
            catch (Exception e) when (StoreException.Of(e, _path) is { } failure)
            {
                if (_durability == StoreDurability.Process)
                {
                    GiveUp(failure);
                    return;
                }

                TellFailing(failure);
                if (!MayTryAgain(failure.Fault))
                    return;
            }
        }
    }

    private void Serve()
    {
        bool fresh = StoreFile.Make(_path);
        using FileIdentity identity = new(_path);
        using SqliteConnection connection = StoreFile.Open(_path, _durability);
        ImmutableArray<StoreRecord> records = StoreFile.ReadAll(connection, _path);
        using Writing writing = new(connection);
        StoreException? trouble = _durability == StoreDurability.Disk ? Prove(connection, writing, identity) : null;
        // Having failed to open before, it is recovered now.
        _failing = trouble?.Message ?? _failing;
        if (!_isLoaded)
        {
            _isLoaded = true;
            _tell(new StoreEvent.Loaded(fresh, records)
            {
                Trouble = trouble is null ? null : new StoreEvent.Failing(trouble.Fault, trouble.Message),
            });
        }

        // Reopened each time: a file that SQLite could only open for reading stays read-only.
        if (trouble is not null)
            throw trouble;
        TellRecovered();
        TimeSpan? scrub = _durability == StoreDurability.Disk ? _scrubEvery : null;
        bool isEmptied = true;
        while (Next(isEmptied ? scrub : s_quiet) is { } group)
        {
            if (group.Count > 0)
                CarryUntilDone(connection, writing, identity, group);
            else if (isEmptied)
                Scrub();
            else
                Empty(connection, identity);
            isEmptied = group.Count == 0 || _durability == StoreDurability.Process;
        }
    }

    /// <summary>The requests that wait; empty: none came within
    /// <paramref name="limit"/>; null: at the end.</summary>
    private List<(long Id, ImmutableArray<StoreWrite> Writes)>? Next(TimeSpan? limit)
    {
        lock (_lock)
        {
            while (_requests.Count == 0 && !_stopped)
            {
                if (!Monitor.Wait(_lock, limit ?? Timeout.InfiniteTimeSpan))
                    return [];
            }

            if (_requests.Count == 0)
                return null;
            List<(long, ImmutableArray<StoreWrite>)> group = [];
            while (group.Count < GroupMax && _requests.TryDequeue(out var request))
                group.Add(request);
            return group;
        }
    }

    private void CarryUntilDone(
        SqliteConnection connection, Writing writing, FileIdentity identity,
        List<(long Id, ImmutableArray<StoreWrite> Writes)> group)
    {
        while (true)
        {
            try
            {
                Carry(connection, writing, identity, group);
                TellRecovered();
                group.ForEach(r => _tell(new StoreEvent.Synced(r.Id)));
                return;
            }
            catch (Exception e) when (StoreException.Of(e, _path) is { } failure
                && (_durability == StoreDurability.Process || !failure.Fault.Stays()))
            {
                if (_durability == StoreDurability.Process)
                {
                    group.ForEach(r => _tell(new StoreEvent.Failed(r.Id, failure.Message)));
                    return;
                }

                TellFailing(failure);
                if (!MayTryAgain(failure.Fault))
                    return;
            }
        }
    }

    private void Carry(
        SqliteConnection connection, Writing writing, FileIdentity identity,
        List<(long Id, ImmutableArray<StoreWrite> Writes)> group)
    {
        if (_durability == StoreDurability.Disk)
            identity.Check();
        using SqliteTransaction transaction = connection.BeginTransaction();
        foreach (StoreWrite write in group.SelectMany(r => r.Writes))
            writing.Do(transaction, write);
        TrimNowAndThen(connection, transaction, group.Count);
        transaction.Commit();
    }

    // Tells nothing if it fails: what was synced is synced, and the next write fails in its turn.
    private static void Empty(SqliteConnection connection, FileIdentity identity)
    {
        try
        {
            StoreFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            identity.Keep();
        }
        catch (SqliteException)
        {
        }
    }

    // A disk that is full or read-only reads well: whether it can be written is known once something was.
    private StoreException? Prove(SqliteConnection connection, Writing writing, FileIdentity identity)
    {
        try
        {
            using (SqliteTransaction transaction = connection.BeginTransaction())
            {
                writing.Do(transaction, new StoreWrite(StoreTable.Identity, "proof", new byte[64]));
                writing.Do(transaction, new StoreWrite(StoreTable.Identity, "proof", null));
                transaction.Commit();
            }

            Empty(connection, identity);
            return null;
        }
        catch (Exception e) when (StoreException.Of(e, _path) is { } failure && !failure.Fault.Stays())
        {
            return failure;
        }
    }

    // A connection of its own: this one's answers come from its cache.
    private void Scrub()
    {
        try
        {
            using SqliteConnection second = StoreFile.Open(_path, _durability);
            _ = StoreFile.ReadAll(second, _path);
        }
        catch (Exception e) when (StoreException.Of(e, _path) is { } failure && !failure.Fault.Stays())
        {
            // Whatever else hinders reading will hinder the next write, which says so.
        }
    }

    private void GiveUp(StoreException failure)
    {
        _tell(new StoreEvent.Failed(0, failure.Message));
        while (Next(null) is { } group)
            group.ForEach(r => _tell(new StoreEvent.Failed(r.Id, failure.Message)));
    }

    /// <summary>Waits a while, unless there is nothing to wait for or this is the end.</summary>
    private bool MayTryAgain(StoreFault fault)
    {
        lock (_lock)
        {
            if (!_stopped)
                Monitor.Wait(_lock, fault.Stays() ? Timeout.InfiniteTimeSpan : s_again);
            return !_stopped && !fault.Stays();
        }
    }

    private void TellFailing(StoreException failure)
    {
        if (_failing == failure.Message)
            return;
        _failing = failure.Message;
        _tell(new StoreEvent.Failing(failure.Fault, failure.Message));
    }

    private void TellRecovered()
    {
        if (_failing.Length == 0)
            return;
        _failing = "";
        _tell(new StoreEvent.Recovered());
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

    /// <summary>The two statements, prepared.</summary>
    private sealed class Writing(SqliteConnection connection) : IDisposable
    {
        private readonly SqliteCommand _put = Prepare(
            connection, "INSERT INTO record (tab, key, value, digest) VALUES ($tab, $key, $value, $digest) "
                + "ON CONFLICT (tab, key) DO UPDATE SET value=excluded.value, digest=excluded.digest",
            "$tab", "$key", "$value", "$digest");

        private readonly SqliteCommand _remove = Prepare(
            connection, "DELETE FROM record WHERE tab=$tab AND key=$key", "$tab", "$key");

        public void Do(SqliteTransaction transaction, StoreWrite write)
        {
            SqliteCommand command = write.Value is null ? _remove : _put;
            command.Transaction = transaction;
            command.Parameters["$tab"].Value = (int)write.Table;
            command.Parameters["$key"].Value = write.Key;
            if (write.Value is { } value)
            {
                command.Parameters["$value"].Value = value.ToArray();
                command.Parameters["$digest"].Value = StoreFile.Digest((int)write.Table, write.Key, value.Span);
            }

            command.ExecuteNonQuery();
        }

        public void Dispose()
        {
            _put.Dispose();
            _remove.Dispose();
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
    }
}
