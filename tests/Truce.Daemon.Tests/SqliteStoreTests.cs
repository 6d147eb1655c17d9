using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Truce.Daemon.Storage;
using Truce.Ports;

namespace Truce.Daemon.Tests;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_acknowledged_is_there_when_the_process_dies_at_that_instant()
    {
        using Opened store = new(_folder.File("a.db"));
        Assert.True(store.Loaded().Fresh);
        store.Write(1, new StoreWrite(StoreTable.Configuration, "0001", Bytes("one")));
        store.Write(2, new StoreWrite(StoreTable.Fencing, "f", Bytes("asked")));
        Assert.Equal(new StoreEvent.Synced(1), store.Next());
        Assert.Equal(new StoreEvent.Synced(2), store.Next());

        // As a crash leaves it: nothing was closed, the write-ahead log is as it is.
        foreach (string file in Directory.GetFiles(_folder.Path, "a.db*"))
            File.Copy(file, file.Replace("a.db", "crashed.db", StringComparison.Ordinal));
        using Opened after = new(_folder.File("crashed.db"));
        StoreEvent.Loaded loaded = after.Loaded();
        Assert.False(loaded.Fresh);
        Assert.Equal(["one", "asked"], loaded.Records.Select(r => Encoding.UTF8.GetString(r.Value.Span)));
    }

    [Theory]
    [InlineData("Disk", 2)]
    [InlineData("Process", 0)]
    public void What_must_outlive_the_power_is_synced(string kept, int synchronous)
    {
        StoreFile.Make(_folder.File("a.db"));
        using var connection = StoreFile.Open(_folder.File("a.db"), Enum.Parse<StoreDurability>(kept));
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous";
        Assert.Equal((long)synchronous, command.ExecuteScalar());
    }

    [Fact]
    public void Writes_are_carried_out_in_order_and_a_null_removes()
    {
        using (Opened store = new(_folder.File("a.db")))
        {
            store.Loaded();
            for (int i = 0; i < 500; i++)
                store.Write(i, new StoreWrite(StoreTable.Identity, "k", Bytes($"{i}")));
            store.Write(500, new StoreWrite(StoreTable.Tickets, "t", Bytes("x")));
            store.Write(501, new StoreWrite(StoreTable.Tickets, "t", null));
            Assert.Equal(Enumerable.Range(0, 502).Select(i => (StoreEvent)new StoreEvent.Synced(i)),
                Enumerable.Range(0, 502).Select(_ => store.Next()));
        }

        using Opened again = new(_folder.File("a.db"));
        StoreRecord record = Assert.Single(again.Loaded().Records);
        Assert.Equal("499", Encoding.UTF8.GetString(record.Value.Span));
    }

    [Fact]
    public void A_torn_file_of_a_process_fails_and_every_write_to_it_too()
    {
        File.WriteAllText(_folder.File("a.db"), new string('x', 8192));
        using Opened store = new(_folder.File("a.db"), StoreDurability.Process);
        Assert.Equal(0, Assert.IsType<StoreEvent.Failed>(store.Next()).RequestId);
        store.Write(7, new StoreWrite(StoreTable.Identity, "k", Bytes("v")));
        Assert.Equal(7, Assert.IsType<StoreEvent.Failed>(store.Next()).RequestId);
    }

    [Fact]
    public void Only_its_owner_can_read_it()
    {
        using Opened store = new(_folder.File("a.db"));
        store.Loaded();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("a.db")));
    }

    [Fact]
    public void Tables_that_grow_with_time_are_trimmed_to_their_limit()
    {
        using (Opened store = new(_folder.File("a.db")))
        {
            store.Loaded();
            for (int i = 0; i < 300; i++)
                store.Write(i, new StoreWrite(StoreTable.Configuration, $"{i:D8}", Bytes("v")));
            for (int i = 0; i < 300; i++)
                store.Next();
        }

        using Opened again = new(_folder.File("a.db"));
        ImmutableArray<StoreRecord> records = again.Loaded().Records;
        Assert.InRange(records.Length, 100, 100 + 256);
        Assert.Equal("00000299", records[^1].Key);
    }

    private static ReadOnlyMemory<byte>? Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class Opened : IDisposable
    {
        private readonly BlockingCollection<StoreEvent> _events = [];
        private readonly SqliteStore _store;

        public Opened(string path, StoreDurability durability = StoreDurability.Disk) =>
            _store = new SqliteStore(path, durability, _events.Add);

        public StoreEvent.Loaded Loaded() => Assert.IsType<StoreEvent.Loaded>(Next());

        public void Write(long request, StoreWrite write) => _store.Write(request, [write]);

        public StoreEvent Next()
        {
            Assert.True(_events.TryTake(out StoreEvent? next, TimeSpan.FromSeconds(20)), "the store says nothing");
            return next;
        }

        public void Dispose()
        {
            _store.Dispose();
            _events.Dispose();
        }
    }
}
