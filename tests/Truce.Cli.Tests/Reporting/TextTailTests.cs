using System.Text;
using Truce.Cli.Reporting;

namespace Truce.Cli.Tests.Reporting;

public sealed class TextTailTests
{
    private const int LineBytes = 10;
    private const int Max = 95;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(1000, 991)]
    public async Task A_long_log_is_cut_at_its_front_between_lines_and_says_so(int lines, int leftOut)
    {
        byte[] log = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, lines).Select(i =>
            $"line {i:0000}\n")));
        using MemoryStream file = new(log);
        using Pipe pipe = new(log);
        ReportContent.Text ofFile = await TextTail.ReadAsync(file, Max, Cancel);
        ReportContent.Text ofPipe = await TextTail.ReadAsync(pipe, Max, Cancel);
        string note = leftOut > 0 ? $"({leftOut * LineBytes} bytes before this are left out)\n" : "";
        string rest = string.Concat(Enumerable.Range(leftOut, lines - leftOut).Select(i =>
            $"line {i:0000}\n"));
        Assert.Equal((note + rest, leftOut * LineBytes), (ofFile.Content, (int)ofFile.LeftOut));
        Assert.Equal((note + rest, leftOut * LineBytes), (ofPipe.Content, (int)ofPipe.LeftOut));
    }

    [Fact]
    public async Task A_single_line_that_is_too_long_is_left_out()
    {
        using MemoryStream file = new(new byte[1000]);
        Assert.Equal("(1000 bytes before this are left out)\n", (await TextTail.ReadAsync(file, Max,
            Cancel)).Content);
    }

    /// <summary>Gives a few bytes at a time, and can't be sought in.</summary>
    private sealed class Pipe(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer,
            CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(7, buffer.Length)], cancellationToken);
    }
}
