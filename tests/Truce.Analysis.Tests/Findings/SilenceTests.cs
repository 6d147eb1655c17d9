using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Analysis.Tests.Findings;

public sealed class SilenceTests
{
    private const string UnknownTwice = """
        <nvpair id="o-1" name="unheard-of" value="1"/><nvpair id="o-2" name="unheard-either" value="1"/>
        """;

    [Fact]
    public void A_silence_of_the_cluster_hides_every_finding_of_its_kind_and_keeps_the_reason()
    {
        Judgement judged = Given.Judged(Given.Cib(UnknownTwice + Silence("our tools read them")));
        Assert.DoesNotContain(judged.Findings, f => f.Id == FindingIds.UnknownName);
        Assert.Equal(["our tools read them", "our tools read them"], judged.Silenced.Select(s => s.Reason));
    }

    [Fact]
    public void A_silence_that_names_elements_hides_those_alone()
    {
        Judgement judged = Given.Judged(Given.Cib(UnknownTwice + Silence("@o-2: our tool reads it")));
        Assert.Equal("o-1", Assert.Single(judged.Findings, f => f.Id == FindingIds.UnknownName).ElementId);
        Assert.Equal("o-2", Assert.Single(judged.Silenced).Finding.ElementId);
    }

    [Fact]
    public void A_silence_of_a_resource_holds_for_what_is_in_it_alone()
    {
        Judgement judged = Given.Judged(Given.Cib("", Resource("a", Silence("ours")) + Resource("b", "")));
        Assert.Equal("b-1", Assert.Single(judged.Findings, f => f.Id == FindingIds.UnknownName).ElementId);
        Assert.Equal("a-1", Assert.Single(judged.Silenced).Finding.ElementId);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("@o-1")]
    [InlineData("@o-1: ")]
    public void A_silence_without_a_reason_is_refused(string value) => Assert.Throws<InvalidOperationException>(
        () => Given.Judged(Given.Cib(UnknownTwice + Silence(value))));

    private static string Silence(string value) => $"""
        <nvpair id="s-{value.Length}" name="truce-silence-unknown-name" value="{value}"/>
        """;

    private static string Resource(string id, string silence) => $"""
        <primitive id="{id}" class="ocf" provider="heartbeat" type="Dummy">
          <meta_attributes id="{id}-m"><nvpair id="{id}-1" name="unheard-of" value="1"/>{silence}</meta_attributes>
        </primitive>
        """;
}
