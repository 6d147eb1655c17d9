namespace Truce.Scheduler.Tests;

public sealed class ScoresTests
{
    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(999_999, 5, Scores.Infinity)]
    [InlineData(-999_999, -5, -Scores.Infinity)]
    [InlineData(Scores.Infinity, -7, Scores.Infinity)]
    [InlineData(Scores.Infinity, -Scores.Infinity, -Scores.Infinity)]
    [InlineData(-Scores.Infinity, Scores.Infinity, -Scores.Infinity)]
    public void Sums_saturate_and_a_ban_beats_any_wish(int a, int b, int sum) => Assert.Equal(sum, Scores.Add(a, b));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-12, "-12")]
    [InlineData(Scores.Infinity, "INFINITY")]
    [InlineData(-Scores.Infinity, "-INFINITY")]
    public void Scores_are_written_as_the_configuration_writes_them(int score, string text) =>
        Assert.Equal(text, Scores.Text(score));
}
