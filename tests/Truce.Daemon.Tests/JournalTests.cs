using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Truce.Daemon.Hosting;

namespace Truce.Daemon.Tests;

/// <summary>What the journal is told, read from a socket of its kind.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Socket _journal = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
    {
        ReceiveTimeout = 60_000,
    };

    private string Address => _folder.File("journal");

    public JournalTests() => _journal.Bind(new UnixDomainSocketEndPoint(Address));

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_entry_has_the_role_s_fields_and_those_said_around_it()
    {
        using RoleLog log = Log();
        using IDisposable? epoch = log.BeginScope(Said("Epoch", "17.2"));
        using (log.BeginScope(Said("Cause", "failed-stop")))
        using (log.BeginScope(Said("FenceEpoch", 4L)))
        using (log.BeginScope(Said("Password", "hunter2")))
            Say(log, LogLevel.Warning, "shoots: reboot of n2");
        Assert.Equal(
            [
                "MESSAGE=controller: shoots: reboot of n2", "PRIORITY=4", "SYSLOG_IDENTIFIER=truced",
                "TRUCE_CAUSE=failed-stop", "TRUCE_EPOCH=17.2", "TRUCE_FENCE_EPOCH=4",
                "TRUCE_INCARNATION=boot1", "TRUCE_NODE=n1", "TRUCE_ROLE=controller",
            ], Lines(Heard()));
        Say(log, LogLevel.Critical, "next");
        Assert.Equal(
            [
                "MESSAGE=controller: next", "PRIORITY=2", "SYSLOG_IDENTIFIER=truced", "TRUCE_EPOCH=17.2",
                "TRUCE_INCARNATION=boot1", "TRUCE_NODE=n1", "TRUCE_ROLE=controller",
            ], Lines(Heard()));
    }

    [Fact]
    public void A_message_of_several_lines_is_one_entry_with_its_length()
    {
        using JournalSocket socket = new(Address);
        Assert.True(socket.TrySend("one\ntwo", [new("A", "b"), new("EMPTY", "")]));
        byte[] entry = Heard();
        Assert.Equal("MESSAGE\n", Encoding.UTF8.GetString(entry, 0, 8));
        Assert.Equal(7UL, BinaryPrimitives.ReadUInt64LittleEndian(entry.AsSpan(8)));
        Assert.Equal("one\ntwo\nA=b\n", Encoding.UTF8.GetString(entry, 16, entry.Length - 16));
    }

    [Fact]
    public void What_is_too_long_for_a_datagram_is_cut()
    {
        using JournalSocket socket = new(Address);
        Assert.True(socket.TrySend(new string('x', 3_000_000), [new("A", new string('y', 1000))]));
        string entry = Encoding.UTF8.GetString(Heard());
        Assert.StartsWith("MESSAGE=xxxx", entry, StringComparison.Ordinal);
        Assert.EndsWith($"x…\nA={new string('y', 256)}…\n", entry, StringComparison.Ordinal);
        Assert.InRange(entry.Length, 1000, 300_000);
    }

    [Fact]
    public void A_journal_that_is_gone_or_reads_nothing_is_not_waited_for()
    {
        using JournalSocket gone = new(_folder.File("nowhere"));
        Assert.False(gone.TrySend("lost", []));
        using JournalSocket full = new(Address);
        int sent = 0;
        while (full.TrySend("again", []))
            Assert.InRange(++sent, 0, 1_000_000);
    }

    [Fact]
    public void The_file_has_every_line_whether_the_journal_takes_it_or_not()
    {
        using (RoleLog log = Log())
        {
            Say(log, LogLevel.Information, "first");
            Heard();
            _journal.Dispose();
            File.Delete(Address);
            Say(log, LogLevel.Information, "second");
        }

        string[] lines = File.ReadAllLines(_folder.File("controller.log"));
        Assert.EndsWith(": first", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(": second", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8:1234", "socket:[1234]", true)]
    [InlineData("8:1234", "socket:[12345]", false)]
    [InlineData("8:1234", "/dev/null", false)]
    [InlineData("1234", "socket:[1234]", false)]
    [InlineData("8:", "socket:[]", false)]
    [InlineData(null, "socket:[1234]", false)]
    [InlineData("8:1234", null, false)]
    public void Only_where_standard_error_is_the_journal_s_it_is_spoken_to(
        string? named, string? standardError, bool isStream) =>
        Assert.Equal(isStream, JournalSocket.IsStream(named, standardError));

    private RoleLog Log() => new(
        "controller", _folder.Path, new JournalSocket(Address),
        new("TRUCE_NODE", "n1"), new("TRUCE_INCARNATION", "boot1"));

    private static void Say(RoleLog log, LogLevel level, string text) =>
        log.Log(level, 0, text, null, (said, _) => said);

    private static KeyValuePair<string, object?>[] Said(string name, object value) => [new(name, value)];

    private static string[] Lines(byte[] entry) =>
        Encoding.UTF8.GetString(entry).TrimEnd('\n').Split('\n');

    private byte[] Heard()
    {
        byte[] buffer = new byte[4 * 1024 * 1024];
        return buffer[.._journal.Receive(buffer)];
    }
}
