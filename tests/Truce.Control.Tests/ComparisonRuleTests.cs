using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>Who gives up its state, by votes.</summary>
public sealed class ComparisonRuleTests
{
    [Theory]
    [InlineData("a", "1", "same")]
    [InlineData("aaa", "111", "same")]
    [InlineData("ab", "11", "tie")]
    [InlineData("ab", "21", "a")]
    [InlineData("ab", "10", "a")]
    [InlineData("aab", "111", "a")]
    [InlineData("baa", "111", "a")]
    [InlineData("abc", "111", "tie")]
    [InlineData("aaab", "1111", "a")]
    [InlineData("aabb", "1111", "tie")]
    [InlineData("aabc", "1111", "tie")]
    [InlineData("aaabc", "11111", "a")]
    [InlineData("ab", "00", "tie")]
    public void More_than_half_of_the_votes_wins(string digests, string votes, string verdict)
    {
        StateVoice[] voices = [.. digests.Select((d, i) => new StateVoice(Given.Node(i + 1), $"{d}"))];
        NodeVotes[] worth = [.. votes.Select((v, i) => new NodeVotes(Given.Node(i + 1), v - '0'))];
        string found = ComparisonRule.Decide(voices, worth) switch
        {
            ComparisonVerdict.Same => "same",
            ComparisonVerdict.Outvoted(var digest) => digest,
            ComparisonVerdict.Tie => "tie",
        };
        Assert.Equal(verdict, found);
    }

    [Theory]
    [InlineData("ab", "", "ab")]
    [InlineData("ab", "1", "")]
    [InlineData("ab", "2", "")]
    [InlineData("aabb", "3", "aab")]
    [InlineData("aabb", "34", "")]
    public void A_dispute_ends_when_one_side_is_left(string digests, string gaveUp, string left)
    {
        StateVoice[] voices = [.. digests.Select((d, i) => new StateVoice(Given.Node(i + 1), $"{d}"))];
        Assert.Equal(
            left,
            string.Concat(ComparisonRule.Remaining(voices.Concat(voices), v => gaveUp.Contains(v.Node.Value[1..], StringComparison.Ordinal)).Select(v => v.Digest)));
    }
}
