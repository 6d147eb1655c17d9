using Truce.Model.Xml;
using Xunit;

namespace Truce.Model.Tests;

/// <summary>Every recorded cluster reads, and reading what was written gives the same model.</summary>
public sealed class RecordedCaseTests
{
    public static TheoryData<string> Cases => [.. RecordedCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_and_round_trips(string name)
    {
        string path = RecordedCases.Require(name);
        Cib cib = Accept(Read(path));
        string written = CibWriter.Write(cib);
        Cib again = Accept(CibReader.Parse(written, "written"));
        Assert.Equal(cib, again);
        Assert.Equal(written, CibWriter.Write(again));
    }

    private static CibReadResult Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return CibReader.Read(stream, Path.GetFileName(path));
    }

    private static Cib Accept(CibReadResult result) => result switch
    {
        CibReadResult.Accepted accepted => accepted.Cib,
        CibReadResult.Refused refused =>
            throw new InvalidOperationException(string.Join('\n', refused.Findings)),
    };
}
