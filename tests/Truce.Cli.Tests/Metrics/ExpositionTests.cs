using Truce.Cli.Metrics;

namespace Truce.Cli.Tests.Metrics;

public sealed class ExpositionTests
{
    [Fact]
    public void A_metric_has_help_a_type_and_its_values()
    {
        Exposition text = new();
        text.Begin("m", "what it is").Add(1.5, ("a", "x"), ("b", ""));
        text.Begin("n_total", "how many", MetricKind.Counter).Add(3);
        Assert.Equal(
            "# HELP m what it is\n# TYPE m gauge\nm{a=\"x\",b=\"\"} 1.5\n"
            + "# HELP n_total how many\n# TYPE n_total counter\nn_total 3\n", text.ToString());
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("\\n", "\\\\n")]
    [InlineData("ä}{,=", "ä}{,=")]
    public void Values_of_labels_are_escaped(string value, string written)
    {
        Exposition text = new();
        text.Begin("m", "").Add(1, ("l", value));
        Assert.Contains($"m{{l=\"{written}\"}} 1\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_keeps_its_quotes_and_is_one_line()
    {
        Exposition text = new();
        text.Write("m", "a \"b\"\nc\\d", 1);
        Assert.StartsWith("# HELP m a \"b\"\\nc\\\\d\n", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0, "0")]
    [InlineData(1771000000, "1771000000")]
    [InlineData(0.25, "0.25")]
    public void Numbers_are_written_as_prometheus_reads_them(double value, string written)
    {
        Exposition text = new();
        text.Write("m", "", value);
        Assert.EndsWith($"\nm {written}\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_value_for_the_same_labels_is_left_out()
    {
        Exposition text = new();
        Exposition.Metric metric = text.Begin("m", "");
        metric.Add(1, ("l", "a"));
        metric.Add(0, ("l", "a"));
        metric.Add(0, ("l", "b"));
        Assert.EndsWith("m{l=\"a\"} 1\nm{l=\"b\"} 0\n", text.ToString(), StringComparison.Ordinal);
    }
}
