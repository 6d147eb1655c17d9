using System.Collections.Immutable;
using Truce.Model.Corosync;

namespace Truce.Model.Tests;

public sealed class CorosyncReaderTests
{
    [Fact]
    public void Sections_values_and_comments_are_read_with_their_lines()
    {
        CorosyncSection root = Read("# a comment\ntotem {\n  token: 5000\n  interface {\n    linknumber: 0\n  }\n}\n");
        CorosyncSection totem = Assert.Single(root.Sections);
        Assert.Equal(("totem", 2), (totem.Name, totem.Line));
        Assert.Equal(new CorosyncValue("token", "5000", 3), Assert.Single(totem.Values));
        Assert.Equal("0", totem.First("interface")!.Find("linknumber")!.Text);
    }

    [Theory]
    [InlineData("totem {\n  token: 1\n", 1, "never closed")]
    [InlineData("}\n", 1, "without a section")]
    [InlineData("totem {\n  token 1000\n}\n", 2, "neither a section nor a value")]
    [InlineData("{\n}\n", 1, "without a name")]
    public void What_has_not_its_form_is_refused_with_its_line(string text, int line, string wrong)
    {
        Finding finding = Assert.Single(Assert.IsType<CorosyncReadResult.Refused>(CorosyncReader.Parse(text, "corosync.conf")).Findings);
        Assert.Equal(line, finding.Line);
        Assert.Contains(wrong, finding.Message, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Remedy);
    }

    [Fact]
    public void A_deep_or_a_long_file_is_refused()
    {
        Assert.IsType<CorosyncReadResult.Refused>(CorosyncReader.Parse(string.Concat(Enumerable.Repeat("a {\n", 100)), "c"));
        Assert.IsType<CorosyncReadResult.Refused>(CorosyncReader.Parse(new string('\n', 30_000), "c"));
        Assert.IsType<CorosyncReadResult.Refused>(CorosyncReader.Parse(new string('x', CorosyncReader.CharactersMax + 1), "c"));
    }

    [Fact]
    public void The_token_grows_with_each_node_beyond_two_and_consensus_with_the_token()
    {
        CorosyncTimes times = Times("totem {\n token: 1000\n}\nnodelist {\n node {\n name: a\n }\n node {\n name: b\n }\n node {\n name: c\n }\n}\n");
        Assert.Equal((1_650, 1_980, 2), (times.TokenMs, times.ConsensusMs, times.VotesNeeded));
        Assert.Equal(["a", "b", "c"], times.Nodes);
    }

    [Fact]
    public void Two_nodes_need_one_vote_where_that_is_said()
    {
        const string Nodes = "nodelist {\n node {\n name: a\n }\n node {\n name: b\n }\n}\n";
        Assert.Equal(2, Times(Nodes).VotesNeeded);
        Assert.Equal(1, Times("quorum {\n two_node: 1\n}\n" + Nodes).VotesNeeded);
    }

    [Fact]
    public void A_quorum_device_has_votes_and_is_waited_for()
    {
        CorosyncTimes times = Times("quorum {\n device {\n model: net\n votes: 1\n }\n}\nnodelist {\n node {\n name: a\n }\n node {\n name: b\n quorum_votes: 2\n }\n}\n");
        Assert.Equal((4, 3, 30_000), (times.VotesExpected, times.VotesNeeded, times.DeviceSyncMs));
        Assert.Equal(2, times.VotesOf("b"));
    }

    [Fact]
    public void A_number_that_is_none_is_told_with_its_line()
    {
        List<Finding> findings = [];
        Assert.Null(CorosyncTimes.From(Read("totem {\n token: soon\n}\n"), "corosync.conf", 2, findings));
        Assert.Equal(("totem.token", 2), (findings[0].Element, findings[0].Line));
    }

    private static CorosyncSection Read(string text) => Assert.IsType<CorosyncReadResult.Accepted>(CorosyncReader.Parse(text, "corosync.conf")).Root;

    private static CorosyncTimes Times(string text)
    {
        List<Finding> findings = [];
        CorosyncTimes? times = CorosyncTimes.From(Read(text), "corosync.conf", 2, findings);
        Assert.Empty(findings);
        return times!;
    }
}
