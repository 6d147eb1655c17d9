using Truce.Verify;

namespace Truce.Architecture.Tests;

/// <summary>The totals of <c>make test</c> are true, also when a suite crashes.</summary>
public sealed class TestTotalsTests : IDisposable
{
    private const string Report = """
        <assemblies><assembly><collection>
          <test name="A" result="Pass"/><test name="B" result="Pass"/>
          <test name="C" result="Fail"><failure><message>no</message></failure></test>
          <test name="D" result="Skip"><reason>needs root</reason></test>
        </collection></assembly></assemblies>
        """;

    private readonly string _path = Path.GetTempFileName();
    private readonly Suite _suite = new("Some.Tests");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Each_test_counts_once() => Assert.Equal("2 passed, 1 failed, 1 skipped", Judge(Report, code: 1).ToString());

    [Fact]
    public void A_suite_that_writes_no_report_is_a_failure()
    {
        File.Delete(_path);
        Assert.Equal("0 passed, 1 failed, 0 skipped", _suite.Judge(Ended(139), _path).ToString());
    }

    [Fact]
    public void A_report_that_ends_early_is_a_failure() =>
        Assert.Equal("0 passed, 1 failed, 0 skipped", Judge(Report[..80], code: 134).ToString());

    [Fact]
    public void A_suite_that_dies_after_its_report_is_one_more_failure() =>
        Assert.Equal("1 passed, 1 failed, 0 skipped", Judge("<a><test name=\"A\" result=\"Pass\"/></a>", code: 134).ToString());

    [Fact]
    public void A_suite_that_had_to_be_killed_is_one_more_failure() =>
        Assert.Equal("2 passed, 2 failed, 1 skipped", Judge(Report, code: -1).ToString());

    [Fact]
    public void A_clean_up_that_fails_is_a_failure() =>
        Assert.Single(Judge("<a><error name=\"x\"><failure><message>m</message></failure></error></a>", code: 1).Failures);

    private Outcome Judge(string report, int code)
    {
        File.WriteAllText(_path, report);
        return _suite.Judge(Ended(code), _path);
    }

    private static Ended Ended(int code) => new(code, "what it printed", TimeSpan.Zero);
}
