using System.Globalization;
using Truce.Model.Xml;

namespace Truce.Model.Tests;

/// <summary>Whatever bytes come, the reader answers; and what it accepts round-trips.</summary>
public sealed class FuzzTests
{
    private static readonly byte[][] s_fragments =
    [
        .. new[] { "<", ">", "\"", "/>", "</cib>", "&", "&lt;", "<!--", "-->", "<![CDATA[", "]]>", "<?x ?>",
            "<!DOCTYPE a>", "id=\"\"",
            "INFINITY", "99999999999999999999", "\0", "\uFFFE", "id-ref", "<rule",
                "xmlns=\"u\"" }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xFF], [0xFE, 0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Changed_bytes_never_break_the_reader(int seed)
    {
        Random random = new(seed);
        byte[] original = File.ReadAllBytes(Path.Combine(RepositoryFolder.Path, "tests", "Truce.Model.Tests",
            "good", "everything.xml"));
        for (int round = 0; round < 400; round++)
            Try(Mutate(original, random),
                string.Create(CultureInfo.InvariantCulture, $"seed {seed}, round {round}"));
    }

    [Fact]
    public void Changed_bytes_of_recorded_clusters_never_break_the_reader()
    {
        RecordedCases.Require("");
        for (int i = 0; i < RecordedCases.Names.Count; i += 10)
        {
            byte[] original = File.ReadAllBytes(RecordedCases.Require(RecordedCases.Names[i]));
            Random random = new(i);
            for (int round = 0; round < 8 && original.Length < 100_000; round++)
                Try(Mutate(original, random),
                    string.Create(CultureInfo.InvariantCulture, $"{RecordedCases.Names[i]}, round {round}"));
        }
    }

    private static void Try(byte[] bytes, string what)
    {
        using MemoryStream stream = new(bytes);
        CibReadResult result = CibReader.Read(stream);
        if (result is CibReadResult.Accepted(var cib, _))
            Assert.Equal(cib, CibText.RoundTrip(cib));
        else
            Assert.True(result.Findings.Any(f => f.Severity == Severity.Error), what);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        int changes = random.Next(1, 5);
        for (int i = 0; i < changes && bytes.Count > 1; i++)
            MutateOnce(bytes, random);
        return [.. bytes];
    }

    private static void MutateOnce(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count);
        int length = Math.Min(random.Next(1, 40), bytes.Count - at);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            case 3:
                bytes.InsertRange(at, s_fragments[random.Next(s_fragments.Length)]);
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes[at] = (byte)random.Next('0', '9' + 1);
                break;
        }
    }
}
