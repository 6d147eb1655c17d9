using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Data.Sqlite;
using Truce.Daemon.Storage;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Daemon.Tests;

/// <summary>What isn't what was written is never taken for it, and nothing is acknowledged that isn't kept.</summary>
public sealed class StoreFaultTests : IDisposable
{
    private const int Flips = 1_500;
    private readonly TestFolder _folder = new();

    private string Path => _folder.File("a.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("garbage", StoreFault.Damaged)]
    [InlineData("empty", StoreFault.Damaged)]
    [InlineData("truncated", StoreFault.Damaged)]
    [InlineData("only its log", StoreFault.Damaged)]
    [InlineData("newer", StoreFault.Newer)]
    public void A_store_that_is_not_as_it_was_left_is_not_read(string what, StoreFault fault)
    {
        Fill(Path);
        Spoil(what);
        using Opened store = new(Path);
        Assert.Equal(fault, Assert.IsType<StoreEvent.Failing>(store.Next()).Fault);
        store.Write(7, "k", "v");
        store.SaysNothing();
    }

    [Fact]
    public void A_store_that_can_be_opened_at_last_says_so()
    {
        string folder = _folder.File("later");
        string path = System.IO.Path.Combine(folder, "a.db");
        using Opened store = new(path);
        Assert.Equal(StoreFault.Unreachable, Assert.IsType<StoreEvent.Failing>(store.Next()).Fault);
        Directory.CreateDirectory(folder);
        Assert.IsType<StoreEvent.Loaded>(store.Next());
        Assert.IsType<StoreEvent.Recovered>(store.Next());
    }

    [Fact]
    public void A_store_that_could_only_be_read_when_it_was_opened_is_written_to_once_it_can_be()
    {
        Fill(Path);
        Assert.SkipUnless(Run("chattr", "+i", Path), "files can't be made immutable here");
        using Opened store = new(Path);
        try
        {
            StoreEvent.Failing? trouble = Assert.IsType<StoreEvent.Loaded>(store.Next()).Trouble;
            Assert.Equal(StoreFault.ReadOnly, trouble?.Fault);
        }
        finally
        {
            Run("chattr", "-i", Path);
        }

        Assert.IsType<StoreEvent.Recovered>(store.Next());
        store.Write(1, "k", "v");
        Assert.IsType<StoreEvent.Synced>(store.Next());
    }

    [Fact]
    public void A_deleted_store_is_a_new_one()
    {
        Fill(Path);
        File.Delete(Path);
        using Opened store = new(Path);
        Assert.True(Assert.IsType<StoreEvent.Loaded>(store.Next()).Fresh);
    }

    [Theory]
    [InlineData("deleted", StoreFault.Replaced)]
    [InlineData("replaced", StoreFault.Replaced)]
    [InlineData("truncated", StoreFault.Damaged)]
    public void A_file_that_changes_under_an_open_store_acknowledges_nothing_more(string what, StoreFault fault)
    {
        Fill(Path);
        using Opened store = new(Path);
        Assert.IsType<StoreEvent.Loaded>(store.Next());
        Spoil(what);
        store.Write(1, "k", "v");
        Assert.Equal(fault, Assert.IsType<StoreEvent.Failing>(store.Next()).Fault);
        store.SaysNothing();
    }

    [Fact]
    public void Damage_under_an_open_store_is_found_without_a_write()
    {
        Fill(Path);
        using Opened store = new(Path, TimeSpan.FromMilliseconds(50));
        Assert.IsType<StoreEvent.Loaded>(store.Next());
        byte[] bytes = File.ReadAllBytes(Path);
        using (FileStream file = new(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // Wherever it lies: pages that were split keep copies that nobody reads.
            for (int at = 0; bytes.AsSpan(at).IndexOf("value 17"u8) is >= 0 and var next; at += next + 1)
            {
                file.Seek(at + next, SeekOrigin.Begin);
                file.WriteByte((byte)'V');
            }
        }

        Assert.Equal(StoreFault.Damaged, Assert.IsType<StoreEvent.Failing>(store.Next()).Fault);
    }

    [Fact]
    public void A_flipped_bit_is_found_or_changes_nothing()
    {
        Fill(Path);
        ImmutableArray<string> written = Read(Path);
        byte[] whole = File.ReadAllBytes(Path);
        Random random = new(20_261_129);
        int found = 0;
        for (int i = 0; i < Flips; i++)
        {
            byte[] flipped = [.. whole];
            int bit = random.Next(whole.Length * 8);
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Path, flipped);
            try
            {
                Assert.True(Read(Path).SequenceEqual(written), $"bit {bit} was flipped, and other records were read");
            }
            catch (Exception e) when (StoreException.Of(e, Path) is not null)
            {
                found++;
            }
        }

        // Most of such a file is content: were nothing found, nothing would have been checked.
        Assert.InRange(found, Flips / 10, Flips);
    }

    [Fact]
    public void What_is_acknowledged_lies_in_the_file_itself_once_nothing_waits()
    {
        using Opened store = new(Path);
        Assert.IsType<StoreEvent.Loaded>(store.Next());
        store.Write(1, "k", "v");
        Assert.IsType<StoreEvent.Synced>(store.Next());
        SpinWait.SpinUntil(() => new FileInfo(Path + "-wal").Length == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(0, new FileInfo(Path + "-wal").Length);
    }

    [Fact]
    public void A_store_of_the_first_schema_is_taken_over()
    {
        using (SqliteConnection old = new($"Data Source={Path};Pooling=False"))
        {
            old.Open();
            StoreFile.Execute(old, "CREATE TABLE record (tab INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, "
                + "PRIMARY KEY (tab, key)) WITHOUT ROWID; PRAGMA user_version=1; INSERT INTO record VALUES (1, 'k', x'4142')");
        }

        using Opened store = new(Path);
        StoreEvent.Loaded loaded = Assert.IsType<StoreEvent.Loaded>(store.Next());
        Assert.False(loaded.Fresh);
        Assert.Equal("AB", Encoding.UTF8.GetString(Assert.Single(loaded.Records).Value.Span));
    }

    private static void Fill(string path)
    {
        using Opened store = new(path);
        Assert.IsType<StoreEvent.Loaded>(store.Next());
        for (int i = 0; i < 60; i++)
            store.Write(i, $"{i:D8}", $"value {i} " + new string('.', 60));
        for (int i = 0; i < 60; i++)
            Assert.IsType<StoreEvent.Synced>(store.Next());
    }

    private static ImmutableArray<string> Read(string path)
    {
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        using SqliteConnection connection = StoreFile.Open(path, StoreDurability.Disk);
        return [.. StoreFile.ReadAll(connection, path).Select(r => $"{r.Table} {r.Key} {Encoding.UTF8.GetString(r.Value.Span)}")];
    }

    private void Spoil(string what)
    {
        switch (what)
        {
            case "garbage":
                File.WriteAllText(Path, new string('x', 8192));
                break;
            case "empty":
                File.WriteAllText(Path, "");
                break;
            case "truncated":
                using (FileStream file = new(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                    file.SetLength(file.Length / 2);
                break;
            case "only its log":
                File.Move(Path, Path + "-wal", overwrite: true);
                break;
            case "newer":
                using (SqliteConnection connection = StoreFile.Open(Path, StoreDurability.Disk))
                    StoreFile.Execute(connection, "PRAGMA user_version=99");
                break;
            case "deleted":
                File.Delete(Path);
                break;
            case "replaced":
                File.Copy(Path, Path + ".other");
                File.Move(Path + ".other", Path, overwrite: true);
                break;
            default:
                throw new ArgumentException(what, nameof(what));
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private sealed class Opened : IDisposable
    {
        private readonly BlockingCollection<StoreEvent> _events = [];
        private readonly SqliteStore _store;

        public Opened(string path, TimeSpan? scrubEvery = null) =>
            _store = new SqliteStore(path, StoreDurability.Disk, _events.Add, scrubEvery);

        public void Write(long request, string key, string value) =>
            _store.Write(request, [new StoreWrite(StoreTable.Configuration, key, Encoding.UTF8.GetBytes(value))]);

        public StoreEvent Next()
        {
            Assert.True(_events.TryTake(out StoreEvent? next, TimeSpan.FromSeconds(20)), "the store says nothing");
            return next;
        }

        /// <summary>At the end, too, where what waits is carried out if it can be.</summary>
        public void SaysNothing()
        {
            _store.Dispose();
            Assert.Empty(_events);
        }

        public void Dispose()
        {
            _store.Dispose();
            _events.Dispose();
        }
    }
}
