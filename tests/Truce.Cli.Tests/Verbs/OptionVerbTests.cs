using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Tests.Verbs;

public sealed class OptionVerbTests
{
    private readonly VerbTerminal _verbs = new();

    [Theory]
    [InlineData("option set no-quorum-policy=freeze", "option unset no-quorum-policy")]
    [InlineData("option set batch-limit=4 migration-limit=2", "option unset batch-limit migration-limit")]
    public async Task Setting_is_one_version_and_unsetting_gives_the_configuration_back(string line,
        string undo) =>
        await _verbs.IsUndoneAsync(line, undo);

    [Fact]
    public async Task The_history_says_what_was_done()
    {
        await _verbs.EndsAsync(ExitCode.Done, "option set batch-limit=4");
        await _verbs.EndsAsync(ExitCode.Done, "option unset batch-limit -m calm");
        Assert.Equal(["option set batch-limit=4", "calm"], _verbs.Comments);
        Assert.Equal("batch-limit has its default 0\n", _verbs.Output);
    }

    [Fact]
    public async Task An_option_set_under_its_older_name_is_changed_there_so_that_one_value_counts()
    {
        _verbs.Cluster.Configuration = _verbs.Cluster.Configuration.Replace("<crm_config/>",
            """
            <crm_config>
              <cluster_property_set id="opts">
                <nvpair id="se" name="stonith-enabled" value="true"/>
              </cluster_property_set>
            </crm_config>
            """, StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "option set fencing-enabled=false");
        Assert.Equal("false", (string?)_verbs.Element("se").Attribute("value"));
        Assert.Single(_verbs.Configuration.Descendants("nvpair"));
        await _verbs.EndsAsync(ExitCode.Done, "option list fencing-enabled");
        Assert.Contains("false  true     opts", _verbs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("option set batch-limt=4", "no option batch-limt is known", "did you mean batch-limit?")]
    [InlineData("option unset batch-limt", "no option batch-limt is known", "did you mean batch-limit?")]
    [InlineData("option set batch-limit=many", "batch-limit=many: must be a whole number",
        "truce option list batch-limit")]
    [InlineData("attr set n1 #uname n2", "#uname is built in", "doesn't begin with #")]
    [InlineData("attr set n1 standby perhaps", "standby=perhaps: must be true or false", "correct")]
    [InlineData("option list frobnicate", "no option frobnicate is configured", "name one of")]
    public async Task What_is_unknown_is_named_as_unknown(string line, string problem, string remedy)
    {
        await _verbs.IsRefusedAsync(line, problem, remedy);
        Assert.Equal(7, _verbs.Cluster.Version);
    }

    [Fact]
    public async Task A_word_without_a_value_is_a_usage_error() =>
        await _verbs.EndsAsync(ExitCode.Usage, "option set batch-limit");

    [Fact]
    public async Task A_dry_run_has_the_change_judged_and_shows_what_would_differ()
    {
        await _verbs.EndsAsync(ExitCode.Done, "option set batch-limit=4 --dry-run");
        Assert.Contains("cluster_property_set cib-bootstrap-options is created", _verbs.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("dry run: nothing was changed\n", _verbs.Output, StringComparison.Ordinal);
        Assert.Contains(_verbs.Cluster.Asked, a => a is ClientRequest.ApplyConfiguration { CheckOnly: true });
        Assert.Empty(_verbs.Comments);
    }

    [Fact]
    public void Every_name_that_the_cluster_knows_has_a_meaning() => Assert.DoesNotContain(
        OptionNames.Cluster, n => OptionCatalogue.Find(n) is null);

    [Fact]
    public void The_defaults_listed_are_those_that_count()
    {
        Model.Configuration plain = new();
        Model.Configuration set = plain with
        {
            ClusterProperties =
            [
                new AttributeSet
                {
                    Id = "all",
                    Pairs = [.. OptionCatalogue.All.Where(o => o.Default.Length > 0).Select(o =>
                        new NameValue(o.Name, o.Name, o.Default))],
                },
            ],
        };
        (ClusterOptions absent, ClusterOptions written) =
            (ClusterOptions.From(plain, null), ClusterOptions.From(set, null));
        foreach (System.Reflection.PropertyInfo option in typeof(ClusterOptions).GetProperties())
            Assert.Equal((option.Name, option.GetValue(absent)), (option.Name, option.GetValue(written)));
        Assert.DoesNotContain(
            OptionCatalogue.All, o => o.Default.Length > 0
                && OptionChecks.OfCluster(o.Name, o.Default) is not null);
    }
}
