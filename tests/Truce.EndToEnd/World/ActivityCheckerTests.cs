namespace Truce.EndToEnd.World;

/// <summary>The checker can fail: each damage that it is there to see is shown to it.</summary>
public sealed class ActivityCheckerTests
{
    [Fact]
    public void A_clean_move_is_no_finding() => Assert.Empty(Check(
        "1 n1 r start 9", "2 n1 r alive 10", "3 n1 r started 10", "4 n1 r stop 11", "5 n1 r end 10", "6 n1 r stopped 11",
        "7 n2 r start 9", "8 n2 r alive 10"));

    [Fact]
    public void A_start_after_a_power_cut_elsewhere_is_no_finding() => Assert.Empty(Check(
        "1 n1 r start 9", "2 n1 r alive 10", "3 n1 - power-off 0", "4 n2 r start 9", "5 n2 r alive 10"));

    [Fact]
    public void A_start_while_it_is_active_elsewhere_is_found() => Assert.Single(Check(
        "1 n1 r start 9", "2 n1 r alive 10", "3 n2 r start 9", "4 n2 r alive 10"));

    [Fact]
    public void A_start_between_the_request_to_cut_the_power_and_the_cut_is_found() => Assert.Single(Check(
        "1 n1 r start 9", "2 n1 - power-cut 0", "3 n2 r start 9", "4 n1 - power-off 0"));

    [Fact]
    public void A_start_before_a_stop_is_done_is_found() => Assert.Single(Check(
        "1 n1 r start 9", "2 n1 r stop 11", "3 n2 r start 9", "4 n1 r stopped 11"));

    [Fact]
    public void A_start_that_never_ended_still_counts_as_active() => Assert.Single(Check(
        "1 n1 r start 9", "2 n2 r start 9"));

    [Fact]
    public void Life_after_a_stop_that_was_reported_done_is_found_once() => Assert.Single(Check(
        "1 n1 r start 9", "2 n1 r alive 10", "3 n1 r stopped 11", "4 n1 r alive 10", "5 n1 r alive 10"));

    [Fact]
    public void A_monitor_that_finds_it_where_it_was_never_started_is_found() => Assert.Single(Check(
        "1 n1 r monitor 0", "2 n1 r monitor 10"));

    [Fact]
    public void One_power_cut_does_not_excuse_another_node() => Assert.Single(Check(
        "1 n1 r start 9", "2 n3 - power-off 0", "3 n2 r start 9"));

    private static IReadOnlyList<string> Check(params string[] lines) => ActivityChecker.Check(lines.Select(Parse));

    private static WorldEvent Parse(string line)
    {
        string[] w = line.Split(' ');
        return w[2] == "-"
            ? WorldEvent.OfLab($"{w[0]} {w[1]} {w[3]} by=test")
            : WorldEvent.OfAgent(w[2], $"{w[0]} {w[1]} {w[3]} {w[4]}");
    }
}
