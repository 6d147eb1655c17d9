using System.Text;
using Truce.Cli.Ending;

namespace Truce.Cli.Tests;

public sealed class EndingTests
{
    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    [Theory]
    [InlineData("simulate -q maybe -x -")]
    [InlineData("simulate -q -x -")]
    [InlineData("agent run ocf:a:b start x=1 x=2")]
    [InlineData("agent run ocf:a:b start =1")]
    [InlineData("lab-client nowhere")]
    [InlineData("lab-page nowhere 99999 file")]
    [InlineData("[suggest:99999999999] x")]
    [InlineData("[suggest:-1] x")]
    public async Task Impossible_values_are_usage_errors(string line)
    {
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(line, ScriptedCluster.Xml));
        Assert.Contains("do: ", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_full_disk_swallows_is_remembered_and_the_rest_dropped()
    {
        int calls = 0;
        using StandardWriter writer = new(_ => { calls++; return new WriteFailure("No space left on device", false); }, false);
        writer.WriteLine("one");
        writer.WriteLine("two");
        Assert.Equal(1, calls);
        Assert.True(writer.Ended.IsCancellationRequested);
        Assert.Equal("No space left on device", writer.Failure!.Reason);
    }

    [Theory]
    [InlineData("plain ünïcode 日本\n\tindented", "plain ünïcode 日本\n\tindented")]
    [InlineData("\u001b[2Jgone", "<U+001B>[2Jgone")]
    [InlineData("a\rb", "a<U+000D>b")]
    [InlineData("\u009b31m", "<U+009B>31m")]
    [InlineData("ab\u202Edc", "ab<U+202E>dc")]
    [InlineData("n\u200b1\u2066", "n<U+200B>1<U+2066>")]
    public void A_terminal_gets_only_what_shows(string given, string shown)
    {
        StringBuilder bytes = new();
        using StandardWriter writer = new(b => { bytes.Append(Encoding.UTF8.GetString(b.Span)); return null; }, true);
        writer.Write(given);
        Assert.Equal(shown, bytes.ToString());
    }

    [Fact]
    public void A_file_gets_every_character_as_it_is()
    {
        StringBuilder bytes = new();
        using StandardWriter writer = new(b => { bytes.Append(Encoding.UTF8.GetString(b.Span)); return null; }, false);
        writer.Write("\u001b\u202e");
        Assert.Equal("\u001b\u202e", bytes.ToString());
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused_with_their_place()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, [.. "<cib>\n<a b=\"caf"u8, 0xE9, .. "\"/></cib>"u8], TestContext.Current.CancellationToken);
            foreach (string line in (string[])["check FILE", "config apply FILE --socket s", "config import FILE --dry-run", "why a --xml FILE", "simulate -x FILE"])
            {
                Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync(line.Replace("FILE", file, StringComparison.Ordinal)));
                Assert.Matches(@":\d+:\d+: ", _terminal.Error + _terminal.Output);
            }

            Assert.Equal(7, _terminal.Cluster!.Version);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
