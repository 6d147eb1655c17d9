using Truce.Conformance.Judging;

namespace Truce.Conformance.Why;

/// <summary>The reasons for every recorded cluster: complete, and in words.</summary>
public sealed class WhyTests
{
    [Fact]
    public void Every_score_and_every_sentence_of_the_recorded_clusters_has_its_cause()
    {
        string folder = CaseSet.RequireFolder();
        List<string> wrong = [];
        int sentences = 0, forbidden = 0;
        foreach (WhySweep sweep in CaseSet.Load(folder).Select(WhySweep.Of))
        {
            wrong.AddRange(sweep.Wrong);
            sentences += sweep.Sentences;
            forbidden += sweep.Forbidden;
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join('\n', wrong.Take(50))}");
        Assert.True(sentences > 1000 && forbidden > 1000, $"{sentences} sentences, {forbidden} forbidden");
    }
}
