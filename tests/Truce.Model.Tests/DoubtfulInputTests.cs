using Truce.Model.Xml;

namespace Truce.Model.Tests;

/// <summary>
/// What a running Pacemaker cluster may have in its CIB, though it can't have been meant: one file each under doubtful/, with
/// what is said about it beside it. TRUCE_ACCEPT=1 writes those anew.
/// </summary>
public sealed class DoubtfulInputTests
{
    private static readonly string s_folder = Path.Combine(RepositoryFolder.Path, "tests", "Truce.Model.Tests", "doubtful");

    public static TheoryData<string> Files => [.. Directory.GetFiles(s_folder, "*.xml").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Is_taken_with_a_warning_and_written_back_so_that_it_reads_the_same(string file)
    {
        CibReadResult.Accepted first = Read(File.ReadAllText(Path.Combine(s_folder, file)), file);
        CibReadResult.Accepted again = Read(CibWriter.Write(first.Cib), file);
        Assert.Equal(first.Cib.Configuration, again.Cib.Configuration);
        string said = string.Concat(first.Findings.Select(f => $"{f.Severity} {f.Id}\n{f}\n"));
        string golden = Path.Combine(s_folder, Path.ChangeExtension(file, ".txt"));
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(golden, said);
        Assert.Equal(File.ReadAllText(golden), said);
    }

    [Fact]
    public void A_time_out_that_cannot_be_read_is_Pacemaker_s_default()
    {
        Cib cib = Read(File.ReadAllText(Path.Combine(s_folder, "negative-timeout.xml")), "-").Cib;
        Resource.Primitive primitive = cib.Configuration.Resources.OfType<Resource.Primitive>().First();
        Assert.Equal(20_000, primitive.Operations!.Operations[0].Timeout!.Value.Milliseconds);
    }

    private static CibReadResult.Accepted Read(string xml, string file) => CibReader.Parse(xml, file) switch
    {
        CibReadResult.Accepted accepted => accepted,
        CibReadResult.Refused refused => throw new InvalidOperationException(string.Join('\n', refused.Findings)),
    };
}
